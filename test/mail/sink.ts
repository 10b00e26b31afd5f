import { createServer, type Server, type Socket } from 'node:net';

/** Where in the conversation the relay is: each is a moment at which it can go wrong. */
export type Stage = 'connect' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'body' | 'dot' | 'done';

/**
 * What the relay does at a stage instead of saying yes: answers with the given line, hangs up in order (`fin`) or not
 * (`rst`), or never says anything more.
 */
export type Fault = `${number} ${string}` | 'fin' | 'rst' | 'silence';

export interface Copy {
  readonly to: string;
  readonly from: string;
  readonly raw: Buffer;
  readonly messageId: string;
  /** Whether the sender was told that it was taken. */
  readonly answered: boolean;
}

export interface Sink {
  readonly port: number;
  /** Every message whose final dot arrived and that was not refused, in order. */
  readonly copies: readonly Copy[];
  /** Every command as it came, in order. */
  readonly heard: readonly string[];
  /** How often each stage was reached. */
  readonly reached: Readonly<Record<Stage, number>>;
  /** Decides at every stage; undefined is yes. */
  misbehave(how: ((stage: Stage, to: string) => Fault | undefined) | undefined): void;
  /** Copies of a Message-ID. */
  copiesOf(messageId: string): Copy[];
  stop(): Promise<void>;
  /** The same port again. */
  start(): Promise<void>;
}

const yes: Record<Exclude<Stage, 'body' | 'done'>, string> = {
  connect: '220 sink.example ESMTP',
  ehlo: '250-sink.example\r\n250-AUTH PLAIN\r\n250 8BITMIME',
  auth: '235 2.7.0 welcome',
  mail: '250 2.1.0 fine',
  rcpt: '250 2.1.5 fine',
  data: '354 go on',
  dot: '250 2.0.0 taken',
};

/** A relay on a loopback port that speaks just enough SMTP, byte by byte, to go wrong anywhere. */
export async function startSink(): Promise<Sink> {
  const copies: Copy[] = [];
  const heard: string[] = [];
  const reached = { connect: 0, ehlo: 0, auth: 0, mail: 0, rcpt: 0, data: 0, body: 0, dot: 0, done: 0 };
  let how: ((stage: Stage, to: string) => Fault | undefined) | undefined;
  let server: Server | undefined;
  let port = 0;
  const sockets = new Set<Socket>();
  const decide = (stage: Stage, to: string): Fault | undefined => {
    reached[stage] += 1;
    return how?.(stage, to);
  };
  const start = async (): Promise<void> => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      converse(
        socket,
        decide,
        (copy) => copies.push(copy),
        (line) => heard.push(line),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server?.once('error', reject);
      server?.listen(port, '127.0.0.1', resolve);
    });
    port = (server.address() as { port: number }).port;
  };
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server?.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await start();
  return {
    get port() {
      return port;
    },
    copies,
    heard,
    reached,
    misbehave: (next) => {
      how = next;
    },
    copiesOf: (id) => copies.filter((copy) => copy.messageId === id),
    stop,
    start,
  };
}

function converse(
  socket: Socket,
  decide: (stage: Stage, to: string) => Fault | undefined,
  keep: (copy: Copy) => void,
  hear: (line: string) => void,
): void {
  let [from, to] = ['', ''];
  let waiting = Buffer.alloc(0);
  let inBody = false;
  let isOver = false;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  /** @returns what was said, undefined when the conversation has ended */
  const at = (stage: Stage, otherwise?: string): string | undefined => {
    const fault = decide(stage, to);
    if (fault === 'silence' || fault === 'fin' || fault === 'rst') {
      isOver = true;
      if (fault === 'fin') socket.end();
      if (fault === 'rst') socket.resetAndDestroy();
      return undefined;
    }
    const line = fault ?? otherwise;
    if (line !== undefined) say(line);
    if (line?.startsWith('421')) {
      isOver = true;
      socket.end();
    }
    return line ?? '';
  };
  const command = (line: string): void => {
    hear(line);
    const word = line.slice(0, 4).toUpperCase();
    if (word === 'EHLO') at('ehlo', yes.ehlo);
    else if (word === 'AUTH') at('auth', yes.auth);
    else if (word === 'MAIL') {
      from = inBrackets(line);
      to = '';
      at('mail', yes.mail);
    } else if (word === 'RCPT') {
      to = inBrackets(line);
      at('rcpt', yes.rcpt);
    } else if (word === 'DATA') inBody = at('data', yes.data)?.startsWith('354') === true;
    else if (word === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 fine');
  };
  const dotAt = (raw: Buffer): void => {
    const messageId = /^message-id: *(\S+)/im.exec(raw.toString('latin1'))?.[1] ?? '';
    const said = at('dot', yes.dot);
    if (said === undefined || said.startsWith('2'))
      keep({ from, to, raw, messageId, answered: said !== undefined });
    if (said?.startsWith('2')) at('done');
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (!isOver) {
      const end = waiting.indexOf(inBody ? '\r\n.\r\n' : '\r\n');
      if (inBody && end < 0 && at('body') === undefined) return socket.pause();
      if (end < 0) return undefined;
      const piece = waiting.subarray(0, end + 2);
      waiting = waiting.subarray(end + (inBody ? 5 : 2));
      if (inBody) {
        inBody = false;
        dotAt(unstuffed(piece));
      } else command(piece.toString('latin1').trim());
    }
    return undefined;
  });
  at('connect', yes.connect);
}

const inBrackets = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? '';

const unstuffed = (body: Buffer): Buffer =>
  Buffer.from(body.toString('latin1').replace(/(^|\r\n)\.\./g, '$1.'), 'latin1');
