import type { Doing } from './command.ts';

/** Known here for its help; main runs it. */
export const start: Doing = {
  more: 'Without a database, SMTP or NODE_ENV=production it runs as a sandbox: own database, own mailbox, demo data.',
  run: async () => 2,
};
