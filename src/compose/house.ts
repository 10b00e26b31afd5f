import { checkDatabase } from '../dispatch/check-database.ts';
import type { Deps, House, Log, MailRoom } from '../dispatch/deps.ts';
import { createIds } from '../dispatch/ids.ts';
import { prepareInstallation } from '../dispatch/prepare-installation.ts';
import { publicHolidays } from '../dispatch/public-holidays.ts';
import { prepareLetters } from '../letters/render.ts';
import { createLinks } from '../letters/signed-links.ts';
import { composeMessage } from '../mail/compose-message.ts';
import { openMailParser } from '../mail/parse-mail.ts';
import { sandboxSend } from '../mail/sandbox-sender.ts';
import { openDatabase } from '../postgres/database.ts';
import { type Connection, migrateToLatest } from '../postgres/migrate.ts';
import { showPresence } from '../postgres/presence.ts';
import type { Settings } from '../settings.ts';
import { findDatabase, templatesIn } from './begin.ts';

/** Works with the database of the settings; an embedded server that was started for it is stopped afterwards. */
export async function withConnection<T>(
  settings: Settings,
  log: Log,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { connection, stop } = await findDatabase(settings, log);
  try {
    return await work(connection);
  } finally {
    await stop();
  }
}

/** Everything use cases need, without HTTP and without the loop of due work: whoever runs the service sends the mails. */
export async function withHouse<T>(
  settings: Settings,
  log: Log,
  work: (deps: Deps, connection: Connection) => Promise<T>,
): Promise<T> {
  return withConnection(settings, log, async (connection) => {
    await beMigrated(connection);
    const db = openDatabase(connection, { max: 4, holidays: publicHolidays });
    const parser = openMailParser();
    const ids = createIds();
    // Letters the demo takes carry our number; the service must see that their holder lives.
    const presence = await showPresence(connection, ids.owner());
    try {
      const keys = await prepareInstallation(
        { db, ids },
        { sandbox: settings.sandbox, keys: settings.secretKeys },
      );
      const letters = await prepareLetters(templatesIn(settings));
      const house = houseOf(settings);
      const links = createLinks({ keys, baseUrl: house.baseUrl });
      return await work(
        { db, ids, letters, links, mail: mailRoom(parser.parse), house, log, owner: presence.owner },
        connection,
      );
    } finally {
      await parser.close();
      await presence.close();
      await db.close();
    }
  });
}

/** A database nobody has ever used is migrated; an older one waits for its operator. */
async function beMigrated(connection: Connection): Promise<void> {
  const { fresh, pending, unknown } = await checkDatabase(connection);
  if (fresh) await migrateToLatest(connection);
  else if (unknown.length > 0)
    throw new Error(
      `A newer version of Leadpost has migrated this database (${unknown.join(', ')}): use that version.`,
    );
  else if (pending.length > 0)
    throw new Error(`This database lacks ${pending.join(', ')}: run leadpost migrate first.`);
}

/** Commands post letters and leave the sending to the service; only the demo's mails, which stay in the house, go at once. */
const mailRoom = (parse: MailRoom['parse']): MailRoom => ({
  compose: composeMessage,
  parse,
  send: sandboxSend,
});

/** What letters and links say of the installation. @param baseUrl where links lead when no `BASE_URL` is set */
export function houseOf(settings: Settings, baseUrl = `http://localhost:${settings.port}`): House {
  const { sandbox, vendorName, mailFrom, replyAddress, bounceAddress, adminEmail, zone, locale } = settings;
  const desk = { name: `${vendorName} lead desk`, email: mailFrom.address, phone: null };
  return {
    sandbox,
    baseUrl: settings.baseUrl ?? baseUrl,
    vendorName,
    from: mailFrom,
    replyAddress,
    bounceAddress,
    adminEmail,
    zone,
    locale,
    desk,
    logo: settings.logo,
    native: { gmail: settings.gmailActions, originator: settings.outlook?.originator ?? null },
  };
}
