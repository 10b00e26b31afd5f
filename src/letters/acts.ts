/** What a link may ask for: the verbs of the reply grammar and the acts that only links know. */
export const acts = [
  'accept',
  'decline',
  'contacted',
  'not-reached',
  'meeting',
  'quoted',
  'won',
  'lost',
  'snooze',
  'return',
  'unchanged',
  'pause',
  'help',
  'undo',
  'quality-complaint',
  'note',
  'lead',
  'my',
  'prefs',
  'stop',
  'move',
  'extend',
  'on-it',
  'qualify',
  'disqualify',
  'needs-more',
  'duplicate',
  'nurture',
  'pass-on',
  'take-over',
  'queue',
  'redeem',
  'chance',
  'absence',
  'approve',
  'reject',
  'lift',
  'prospect-yes',
  'prospect-no',
  'prospect-unneeded',
  'prospect-stop',
  'prospect-erase',
  'login',
] as const;
export type Act = (typeof acts)[number];

export const linkPaths = ['a', 'l', 'my', 'my/updates', 'prefs', 'stop'] as const;
export type LinkPath = (typeof linkPaths)[number];

/** What a link is about, without its token: this is what a stored view holds. */
export interface LinkOrder {
  readonly path: LinkPath;
  readonly act: Act;
  readonly obj: string;
}

export const isAct = (word: string): word is Act => (acts as readonly string[]).includes(word);
