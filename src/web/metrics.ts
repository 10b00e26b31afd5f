import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Deps } from '../dispatch/deps.ts';
import { readCounts } from '../dispatch/read-health.ts';

/** Prometheus text for whoever holds METRICS_TOKEN; without a token there is no such page. */
export function metrics(deps: Deps, token: string | null): RequestHandler {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = gaugesIn(registry);
  return async (req, res) => {
    if (!token) return void res.status(404).type('text').send('There is nothing at this address.\n');
    if (!isBearer(req.get('authorization') ?? '', token)) {
      res
        .status(401)
        .set('WWW-Authenticate', 'Bearer')
        .type('text')
        .send('Send METRICS_TOKEN as a bearer token.\n');
      return;
    }
    const counts = await readCounts(deps);
    for (const gauge of Object.values(gauges)) gauge.reset();
    for (const { state, count } of counts.leads) gauges.leads.set({ state }, count);
    for (const { kind, state, count } of counts.letters) gauges.letters.set({ kind, state }, count);
    for (const { state, count } of counts.inbound) gauges.inbound.set({ state }, count);
    for (const [queue, seconds] of Object.entries(counts.lag)) gauges.lag.set({ queue }, seconds);
    res.type(registry.contentType).send(await registry.metrics());
  };
}

const gaugesIn = (registry: Registry) => {
  const gauge = (name: string, help: string, labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  return {
    leads: gauge('leadpost_leads', 'Leads by state', ['state']),
    letters: gauge('leadpost_letters', 'Letters by kind and state', ['kind', 'state']),
    inbound: gauge('leadpost_inbound', 'Received mails by state', ['state']),
    lag: gauge('leadpost_queue_lag_seconds', 'How long the oldest due thing of a queue has waited', [
      'queue',
    ]),
  };
};

/** Compared as hashes: equal length, equal time. */
function isBearer(header: string, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(header), hash(`Bearer ${token}`));
}
