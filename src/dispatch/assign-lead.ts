import { offerContact } from '../lead/absence.ts';
import { assign } from '../lead/assign.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { type Result, refuse } from '../lead/result.ts';
import type { LeadKey } from '../postgres/leads.ts';
import { findPartner } from '../postgres/partners.ts';
import { changeLead } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';

/**
 * The vendor gives a lead to a partner by hand, whatever the rules say; without a contact to whoever would get its offers.
 *
 * @param to external ids of the partner and, if one is meant, its contact
 */
export function assignLead(
  deps: Deps,
  key: LeadKey,
  to: { readonly partner: string; readonly contact: string | null },
  actor: Actor,
): Promise<Result<LeadCase>> {
  return changeLead(deps, key, actor, async (c, act, tx) => {
    const partner = await findPartner(tx, deps.db, to.partner);
    if (!partner) return fault('partner', `there is no partner "${to.partner}"`);
    const contact = to.contact
      ? partner.contacts.find((p) => p.external_id === to.contact)
      : offerContact(partner, act.at);
    if (!contact && to.contact)
      return fault('contact', `partner "${to.partner}" has no contact "${to.contact}"`);
    if (!contact) return fault('contact', 'nobody of this partner is there; name the contact who gets it');
    const known = { ...c, partners: new Map([...c.partners, [partner.id, partner]]) };
    return assign(known, { partner_id: partner.id, contact_id: contact.id }, null, act);
  });
}

const fault = (field: string, message: string) =>
  refuse({ kind: 'invalid', errors: [{ pointer: `/${field}`, message }] });
