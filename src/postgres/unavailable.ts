interface Failure {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

const sockets = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
];
/** SQLSTATE classes: connection exception, resources, operator intervention (shutdown); and work given up after retries. */
const states = /^(?:08...|53...|57P0[1-4]|40001|40P01|25P0[34])$/;
const lostConnection =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Cannot use a pool after|Client was closed/i;

/** True for what passes by itself once the database is back. */
export function isUnavailable(error: unknown): boolean {
  const { code, message, errors } = (error ?? {}) as Failure;
  if (Array.isArray(errors) && errors.some(isUnavailable)) return true;
  const known = String(code ?? '');
  return sockets.includes(known) || states.test(known) || lostConnection.test(String(message ?? ''));
}
