import type { Barred } from '../dispatch/deliver-letters.ts';
import type { Delivery } from '../dispatch/deps.ts';

/** What nodemailer tells about a failure. */
export interface SmtpFailure extends Error {
  readonly responseCode?: number;
  readonly code?: string;
  /** The command that was in flight; for everything after DATA it is `DATA` too. */
  readonly command?: string;
}

/**
 * What a failed attempt means. Only an answer about this letter (its recipient, its content) is final; what the relay
 * has against us (our login, our sender, our TLS) says nothing about the letter; unknown means temporary.
 *
 * @param dotted whether the final dot had been handed over: then no answer means that it may have arrived
 */
export function verdictOn(failure: SmtpFailure, dotted: boolean): Delivery {
  const error = failure.message;
  const { responseCode: code } = failure;
  if (!code)
    return failure.code === 'EAUTH' ? barred(error) : { kind: dotted ? 'ambiguous' : 'temporary', error };
  if (code < 500) return { kind: 'temporary', error };
  if (isAboutUs(failure, code)) return barred(error);
  return isAboutLetter(failure, code) ? { kind: 'permanent', error } : { kind: 'temporary', error };
}

export const isBarred = (end: Delivery): end is Barred => end.kind === 'temporary' && 'barred' in end;

const barred = (error: string): Barred => ({ kind: 'temporary', error, barred: true });

/** Login refused or missing (530, 535 and their kin), or our sender address refused. */
const isAboutUs = (failure: SmtpFailure, code: number): boolean =>
  failure.code === 'EAUTH' ||
  code === 530 ||
  code === 535 ||
  (failure.command === 'MAIL FROM' && !isSize(code));

/** 552 is the one answer to MAIL FROM that is about the letter: it is too large. */
const isSize = (code: number): boolean => code === 552;

const isAboutLetter = ({ command }: SmtpFailure, code: number): boolean =>
  command === 'RCPT TO' || command === 'DATA' || (command === 'MAIL FROM' && isSize(code));
