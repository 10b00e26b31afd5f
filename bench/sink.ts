import { SMTPServer } from 'smtp-server';

/** An SMTP server of its own process that takes everything and keeps nothing; prints its port. */
const server = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onData(stream, _session, done) {
    stream.on('data', () => {});
    stream.on('end', () => done());
  },
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.server.address() as { port: number }).port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
