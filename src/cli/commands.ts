import type { Command } from './command.ts';

/** Every command on one screen, in the order of the help. What a command needs is only loaded when it is called. */
export const commands: readonly Command[] = [
  {
    name: 'start',
    summary: 'Run the service; without settings, the sandbox',
    load: async () => (await import('./start-command.ts')).start,
  },
  {
    name: 'demo seed',
    summary: 'Fill an empty sandbox with ten weeks of demo history',
    load: async () => (await import('./demo-commands.ts')).seed,
  },
  {
    name: 'demo wipe',
    summary: 'Empty a sandbox; it stays empty',
    load: async () => (await import('./demo-commands.ts')).wipe,
  },
  {
    name: 'doctor',
    summary: 'Look at everything an installation needs, and say how to mend it',
    load: async () => (await import('./doctor-command.ts')).doctor,
  },
  {
    name: 'mail test',
    takes: ['TO'],
    summary: 'Send a test mail and show the talk with the SMTP server step by step',
    load: async () => (await import('./mail-commands.ts')).test,
  },
  {
    name: 'mail preview',
    takes: ['KIND'],
    summary: 'Write a mail as .html, .txt and .eml',
    load: async () => (await import('./mail-commands.ts')).preview,
  },
  {
    name: 'reply parse',
    takes: ['FILE…'],
    summary: 'Say what replies would do, without a database',
    load: async () => (await import('./reply-command.ts')).parse,
  },
  {
    name: 'token inspect',
    takes: ['TOKEN'],
    summary: 'Say what a link means and whether it works',
    load: async () => (await import('./token-command.ts')).inspect,
  },
  {
    name: 'lead show',
    takes: ['REF'],
    summary: 'Show a lead, with its prospect',
    load: async () => (await import('./lead-commands.ts')).show,
  },
  {
    name: 'lead gaps',
    summary: 'Where leads of the last 90 days found no partner, the most valuable first',
    load: async () => (await import('./gaps-command.ts')).gaps,
  },
  {
    name: 'lead explain',
    takes: ['REF'],
    summary: 'Why these partners and not the others, and what comes next',
    load: async () => (await import('./lead-commands.ts')).explain,
  },
  {
    name: 'lead recall',
    takes: ['REF'],
    summary: 'Take a lead back from its holder',
    load: async () => (await import('./lead-commands.ts')).recall,
  },
  {
    name: 'lead assign',
    takes: ['REF'],
    summary: 'Give a lead to a partner by hand',
    load: async () => (await import('./lead-hand-commands.ts')).assign,
  },
  {
    name: 'lead extend',
    takes: ['REF'],
    summary: 'Give the holder of a lead more time',
    load: async () => (await import('./lead-hand-commands.ts')).extend,
  },
  {
    name: 'lead add',
    takes: ['FILE.json'],
    summary: 'Take in a lead, in the words of POST /api/v1/leads',
    load: async () => (await import('./lead-commands.ts')).add,
  },
  {
    name: 'lead import',
    takes: ['[FILE]'],
    summary: 'Take in leads from a CSV file, or take an import out again',
    load: async () => (await import('./import-commands.ts')).importLeads,
  },
  {
    name: 'lead export',
    summary: 'Write the leads as CSV',
    load: async () => (await import('./import-commands.ts')).exportLeads,
  },
  {
    name: 'partner import',
    takes: ['[FILE]'],
    summary: 'Create or replace partners and contacts from a CSV file, or undo that',
    load: async () => (await import('./import-commands.ts')).importPartners,
  },
  {
    name: 'partner export',
    summary: 'Write partners and contacts as CSV',
    load: async () => (await import('./import-commands.ts')).exportPartners,
  },
  {
    name: 'partner lift',
    takes: ['EXTERNAL_ID'],
    summary: 'Lift the suspension of a partner',
    load: async () => (await import('./partner-commands.ts')).lift,
  },
  {
    name: 'postal import',
    takes: ['FILE'],
    summary: 'Read where postal codes lie, for distances where coordinates are missing',
    load: async () => (await import('./postal-commands.ts')).importPostal,
  },
  {
    name: 'program show',
    takes: ['[KEY]'],
    summary: 'Show a programme, the default one unless named, and its versions',
    load: async () => (await import('./program-commands.ts')).show,
  },
  {
    name: 'program apply',
    takes: ['FILE.json'],
    summary: 'Check a programme and make it the newest version',
    load: async () => (await import('./program-commands.ts')).apply,
  },
  {
    name: 'program replay',
    takes: ['FILE.json'],
    summary: 'Say what a draft would have changed on past leads',
    load: async () => (await import('./program-commands.ts')).replay,
  },
  {
    name: 'report send',
    summary: 'Post somebody’s weekly report now',
    load: async () => (await import('./report-command.ts')).send,
  },
  {
    name: 'key create',
    summary: 'Make an API key; it is shown this once',
    load: async () => (await import('./key-commands.ts')).create,
  },
  {
    name: 'key revoke',
    takes: ['ID'],
    summary: 'End an API key at once and for good',
    load: async () => (await import('./key-commands.ts')).revoke,
  },
  {
    name: 'key list',
    summary: 'Show the API keys, without their secrets',
    load: async () => (await import('./key-commands.ts')).list,
  },
  {
    name: 'user add',
    summary: 'Add a vendor user, or change the one with this address',
    load: async () => (await import('./user-commands.ts')).add,
  },
  {
    name: 'user link',
    takes: ['EMAIL'],
    summary: 'Fresh links for a user whose mail is lost: to all that waits for them',
    load: async () => (await import('./user-commands.ts')).link,
  },
  {
    name: 'user revoke',
    takes: ['EMAIL'],
    summary: 'End every link mailed to an address: a mailbox is lost, or somebody has left',
    load: async () => (await import('./user-commands.ts')).revoke,
  },
  {
    name: 'migrate',
    summary: 'Bring the database to this version’s schema',
    load: async () => (await import('./database-commands.ts')).migrate,
  },
  {
    name: 'backup',
    takes: ['FILE'],
    summary: 'Write everything into one compressed file',
    load: async () => (await import('./database-commands.ts')).backup,
  },
  {
    name: 'restore',
    takes: ['FILE'],
    summary: 'Read a backup into an empty, migrated database',
    load: async () => (await import('./database-commands.ts')).restore,
  },
];
