import { mailHost } from '../dispatch/compose-letter.ts';
import type { Deps } from '../dispatch/deps.ts';
import type { PageRenderer } from '../letters/pages.ts';
import { keyIdOf, type Provider, readProviderToken } from '../letters/provider-tokens.ts';
import type { Settings } from '../settings.ts';
import { type NativeParts, nativeRouter, type Program } from '../web/native-routes.ts';
import { type FetchKeys, fetchProviderKeys, keepKeys } from '../web/provider-keys.ts';

/** The routes by which mail programs act, for those that are configured. @param fetchKeys another way to the providers' keys */
export function nativeRouters(
  deps: Deps,
  settings: Settings,
  titleOf: PageRenderer['titleOf'],
  fetchKeys: FetchKeys = fetchProviderKeys,
) {
  const keysOf = keepKeys(fetchKeys);
  const vouching = (provider: Provider): NativeParts['vouch'] => {
    return async (token, now) => {
      const kid = keyIdOf(token);
      if (kid === undefined) return { ok: false, why: 'no token with RS256 and a kid' };
      return readProviderToken(provider, token, await keysOf(provider.keysAt, kid, now), now);
    };
  };
  const router = (path: string, program: Program, provider: Provider) => ({
    path,
    router: nativeRouter({ deps, program, vouch: vouching(provider), titleOf }),
  });
  const { gmailActions, outlook, mailFrom } = settings;
  const sender = mailFrom.address;
  const common = { tenants: [], sender };
  return [
    ...(gmailActions
      ? [
          router('/gmail', 'gmail', {
            ...common,
            name: 'gmail',
            keysAt: 'https://www.googleapis.com/oauth2/v3/certs',
            audience: `https://${mailHost(sender)}`,
          }),
        ]
      : []),
    ...(outlook
      ? [
          router('/oam', 'outlook', {
            ...common,
            name: 'outlook',
            keysAt: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
            audience: outlook.audience ?? deps.house.baseUrl,
            tenants: outlook.tenants,
          }),
        ]
      : []),
  ];
}
