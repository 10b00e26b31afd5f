import { setClockOffset } from '../postgres/clock.ts';
import { findInstallation, markDemoReady, wipeSandbox } from '../postgres/installation.ts';
import type { Deps } from './deps.ts';

/** How far the sandbox is: nothing made yet, begun but cut short, or complete. */
export async function demoState(deps: Pick<Deps, 'db'>): Promise<'none' | 'ready'> {
  const found = await findInstallation(deps.db);
  return found?.demo_ready ? 'ready' : 'none';
}

/** Clears what a demo that was cut short has left, and turns the clock back. @param backMs how far, milliseconds */
export async function beginDemo(deps: Pick<Deps, 'db'>, backMs: number): Promise<Date> {
  await wipeSandbox(deps.db);
  const now = await deps.db.now();
  await setClockOffset(deps.db, -backMs);
  return now;
}

/** The clock is the real one again, and the demo complete; nothing to do when it was already. */
export async function endDemo(deps: Pick<Deps, 'db'>): Promise<void> {
  if ((await demoState(deps)) === 'ready') return;
  await setClockOffset(deps.db, 0);
  await markDemoReady(deps.db);
}

/** An empty sandbox without a demo: complete as it is. */
export const skipDemo = (deps: Pick<Deps, 'db'>): Promise<void> => markDemoReady(deps.db);
