import { formTo, type House, type PageAnswer } from './house.ts';

/** A browser without scripts that keeps its cookies and comes from an address of its own. */
export interface Visiting {
  get(link: string, headers?: Record<string, string>): Promise<PageAnswer>;
  /** Posts a form as it stands on a page that was opened before. */
  send(html: string, act: string, fields?: Record<string, string>): Promise<PageAnswer>;
  readonly cookie: () => string;
}

/**
 * @param from the address it comes from, as a proxy in front tells it (with TRUST_PROXY=1)
 */
export function browser(house: House, from = '203.0.113.7'): Visiting {
  let cookie = '';
  const ask = async (link: string, init: RequestInit): Promise<PageAnswer> => {
    const address = new URL(new URL(link, house.url).pathname, house.url).href;
    const headers = { ...init.headers, 'x-forwarded-for': from, ...(cookie ? { cookie } : {}) };
    const response = await fetch(address, { redirect: 'manual', ...init, headers });
    const set = response.headers.get('set-cookie');
    if (set) cookie = set.split(';')[0] as string;
    return {
      status: response.status,
      html: await response.text(),
      headers: response.headers,
      location: response.headers.get('location'),
    };
  };
  return {
    get: (link, headers = {}) => ask(link, { headers }),
    send: (html, act, fields = {}) => {
      const form = formTo(html, act);
      return ask(form.action, {
        method: 'POST',
        body: new URLSearchParams({ nonce: form.nonce, ...fields }),
      });
    },
    cookie: () => cookie,
  };
}
