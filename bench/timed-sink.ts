import { SMTPServer } from 'smtp-server';

/**
 * An SMTP server of its own process that takes everything and notes when: at the sender and at the end of each mail.
 * Prints its port, and the times in milliseconds as JSON for every line it reads.
 */
const begun: number[] = [];
const ended: number[] = [];
const server = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onMailFrom(_address, _session, done) {
    begun.push(performance.now());
    done();
  },
  onData(stream, _session, done) {
    stream.on('data', () => {});
    stream.on('end', () => {
      ended.push(performance.now());
      done();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.server.address() as { port: number }).port}\n`);
});
process.stdin.on('data', () => process.stdout.write(`${JSON.stringify({ begun, ended })}\n`));
process.stdin.on('end', () => process.exit(0));
