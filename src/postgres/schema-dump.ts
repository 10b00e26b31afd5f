/** Whatever runs SQL: a `pg` client or pool. */
export type RunsSql = { query(sql: string): Promise<{ rows: unknown[] }> };

type Entry = { relation: string; line: string };

const HEADER = `The database as the migrations leave it. Written by \`npm run schema\`; a test compares it.`;

// Left out: knex's own tables, what extensions own, and partitions (they follow their parent).
const OURS = `
  n.nspname = 'public' and not c.relispartition and c.relname not like 'knex\\_migrations%'
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

const TABLES = `
  select c.relname as relation,
         case c.relkind when 'v' then 'view ' when 'm' then 'materialized view ' else 'table ' end || c.relname
           || coalesce(' partition by ' || pg_get_partkeydef(c.oid), '') as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm') and ${OURS}
   order by c.relname collate "C"`;

const COLUMNS = `
  select c.relname as relation,
         a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
           || case when a.attnotnull then ' not null' else '' end
           || case a.attidentity when 'a' then ' identity always' when 'd' then ' identity' else '' end
           || case when d.adbin is null then ''
                   else case a.attgenerated when '' then ' default ' else ' generated ' end
                        || pg_get_expr(d.adbin, d.adrelid) end as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relkind in ('r', 'p', 'v', 'm') and ${OURS}
   order by c.relname collate "C", a.attname collate "C"`;

// 'n': since version 18 PostgreSQL lists "not null" here too; it stands with the column already.
const CONSTRAINTS = `
  select c.relname as relation, 'constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where k.contype <> 'n' and ${OURS}
   order by c.relname collate "C", k.conname collate "C"`;

const INDEXES = `
  select c.relname as relation, 'index ' || pg_get_indexdef(i.indexrelid) as line
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class x on x.oid = i.indexrelid
   where ${OURS} and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
   order by c.relname collate "C", x.relname collate "C"`;

const TRIGGERS = `
  select c.relname as relation, pg_get_triggerdef(t.oid) as line
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
   where not t.tgisinternal and ${OURS}
   order by c.relname collate "C", t.tgname collate "C"`;

const FUNCTIONS = `
  select p.proname as relation, pg_get_functiondef(p.oid) as line
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where n.nspname = 'public' and p.prokind in ('f', 'p')
     and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
   order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`;

const ENUMS = `
  select t.typname as relation,
         'type ' || t.typname || ' (' || string_agg(e.enumlabel, ', ' order by e.enumsortorder) || ')' as line
    from pg_enum e join pg_type t on t.oid = e.enumtypid join pg_namespace n on n.oid = t.typnamespace
   where n.nspname = 'public' group by t.typname order by t.typname collate "C"`;

const EXTENSIONS = `
  select extname as relation, 'extension ' || extname as line from pg_extension
   where extname <> 'plpgsql' order by extname collate "C"`;

/**
 * The schema as text: the same for the same schema, whatever the order in which it came to be and whichever
 * PostgreSQL from 15 on it lies in. Columns go by name, because a later migration can only add at the end.
 */
export async function schemaDump(database: RunsSql): Promise<string> {
  const ask = async (sql: string): Promise<Entry[]> => (await database.query(sql)).rows as Entry[];
  const tables = await ask(TABLES);
  const details = [
    await ask(COLUMNS),
    await ask(CONSTRAINTS),
    await ask(INDEXES),
    await ask(TRIGGERS),
  ].flat();
  const loose = [await ask(EXTENSIONS), await ask(ENUMS)].flat().map((entry) => entry.line);
  const functions = (await ask(FUNCTIONS)).map((entry) => entry.line.trim());
  const blocks = tables.map((table) => [table.line, ...linesOf(details, table.relation)].join('\n'));
  return `${[HEADER, ...loose, ...blocks, ...functions].join('\n\n')}\n`;
}

function linesOf(details: readonly Entry[], relation: string): string[] {
  return details.filter((entry) => entry.relation === relation).map((entry) => `  ${entry.line}`);
}
