import { describe, expect, test } from 'vitest';
import { sourcesIn } from './source.ts';
import { sqlFaults } from './sql-law.ts';

test('SQL stands in postgres/ and in migrations only', () => {
  expect(sqlFaults(sourcesIn('src'))).toEqual([]);
});

describe('the law of SQL fires', () => {
  test.each([
    "db.query('select id from leads where id = $1')",
    `db.query(\`\n  SELECT \${columns}\n  FROM leads l\`)`,
    "db.query('select pg_notify($1, $2)')",
    "tx.send('insert into facts (lead_id) values ($1)')",
    'tx.send(`update leads l set state = $1 where l.id = $2`)',
    `tx.send(\`update \${table} set state = $1\`)`,
    "tx.send('delete from letters where id = $1')",
    "tx.query('truncate leads')",
    'tx.query(`with due as (select 1) select * from due`)',
    "knex.raw('create table more (id uuid)')",
  ])('%s', (text) => {
    const [fault, ...more] = sqlFaults([{ path: 'src/dispatch/bad.ts', text: `\n${text}` }]);
    expect(fault).toBe('src/dispatch/bad.ts:2 speaks SQL: only postgres/ and migrations do');
    expect(more).toEqual([]);
  });

  test('and lets pass the room for it, words of people, and comments', () => {
    const good = [
      { path: 'src/postgres/leads.ts', text: "db.query('select id from leads')" },
      { path: 'migrations/009_more.ts', text: "knex.raw('create table more (id uuid)')" },
      {
        path: 'src/cli/words.ts',
        text: [
          "const a = 'Update the lead, set its value and select a partner from the list.';",
          "const b = 'delete my data';",
          "const c = 'Please listen to the customer.';",
          "const d = 'No letter was selected from these.';",
          '// select id from leads',
        ].join('\n'),
      },
    ];
    expect(sqlFaults(good)).toEqual([]);
  });
});
