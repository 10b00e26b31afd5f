import { createReadStream, createWriteStream } from 'node:fs';
import { access, rename, rm, stat } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Call, type Doing, Failure, json } from './command.ts';

export const migrate: Doing = {
  more: 'start does the same; forward only, safe to run again and from many places at once.',
  options: json,
  run: async ({ room, print, on }) => {
    const ran = await room.migrate();
    if (on('json')) print.json({ ran });
    else print.line(ran.length === 0 ? 'Nothing to do: the schema is up to date.' : `Ran ${ran.join(', ')}.`);
    return 0;
  },
};

export const backup: Doing = {
  more: 'Works while the service runs and holds the state of one instant. The file holds customers’ data: it is readable for its owner only.',
  options: json,
  run: async (call) => {
    const file = call.args[0] as string;
    const { rows, tables, at } = await writeFile(call, file);
    const { size } = await stat(file);
    if (call.on('json')) call.print.json({ file, at, tables, rows, bytes: size });
    else call.print.line(`${file}: ${rows} rows of ${tables} tables as of ${at}, ${size} bytes.`);
    return 0;
  },
};

/** Written beside and renamed, so that a backup that was cut short never replaces a whole one. */
async function writeFile({ room }: Call, file: string) {
  const draft = `${file}.part`;
  const rows = new PassThrough({ highWaterMark: 1 << 20 });
  const written = pipeline(rows, createGzip(), createWriteStream(draft, { mode: 0o600 }));
  try {
    const done = room.backUp(rows).then((told) => {
      rows.end();
      return told;
    });
    // The first to fail ends the other.
    done.catch((error: Error) => rows.destroy(error));
    const [told] = await Promise.all([done, written]);
    await rename(draft, file);
    return told;
  } catch (error) {
    await written.catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}

export const restore: Doing = {
  more: 'Mails that waited to be sent when the backup was made have very likely gone out since: they are parked, unless --resend says otherwise.',
  options: { resend: { help: 'send the mails that waited when the backup was made' }, ...json },
  run: async ({ room, print, args, on }) => {
    const file = args[0] as string;
    await access(file).catch(() => {
      throw new Failure(`${file} cannot be read.`);
    });
    const from = createGunzip();
    const read = pipeline(createReadStream(file), from).catch(() => {});
    const done = await room.restore(from, { resend: on('resend') });
    from.destroy();
    await read;
    if (!done.ok) throw new Failure(done.why);
    const { rows, tables, at, parked } = done;
    if (on('json')) print.json({ file, at, tables, rows, parked });
    else {
      print.line(`Restored ${rows} rows of ${tables} tables as of ${at}.`);
      if (parked > 0)
        print.line(
          `${parked} mails that waited then are parked: nothing is sent twice. restore --resend sends them.`,
        );
    }
    return 0;
  },
};
