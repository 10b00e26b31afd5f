/** What a name server says to one question; an answer without records of the kind is not the same as none. */
export type Found =
  | { readonly kind: 'found'; readonly texts: readonly string[] }
  | { readonly kind: 'none' | 'no-name' | 'no-answer' };

/** Looks names up; handed in, so that what is made of the answers does not need the network. */
export interface NameServer {
  /** TXT records, each in one piece. */
  txt(name: string): Promise<Found>;
  /** Where mail for the domain goes: the hosts of its MX records, else its own address. */
  mx(domain: string): Promise<Found>;
}

/** The parts of node:dns that are used. */
export interface Lookups {
  resolveTxt(name: string): Promise<string[][]>;
  resolveMx(name: string): Promise<{ exchange: string }[]>;
  resolve4(name: string): Promise<string[]>;
}

/** @param dns how to ask, and how long to wait for an answer */
export function nameServer(dns: Lookups): NameServer {
  return {
    txt: (name) => answer(async () => (await dns.resolveTxt(name)).map((parts) => parts.join(''))),
    mx: async (domain) => {
      const named = await answer(async () => (await dns.resolveMx(domain)).map((mx) => mx.exchange));
      return named.kind === 'none' ? answer(() => dns.resolve4(domain)) : named;
    },
  };
}

async function answer(ask: () => Promise<readonly string[]>): Promise<Found> {
  try {
    const texts = await ask();
    return texts.length > 0 ? { kind: 'found', texts } : { kind: 'none' };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENODATA') return { kind: 'none' };
    return { kind: code === 'ENOTFOUND' ? 'no-name' : 'no-answer' };
  }
}
