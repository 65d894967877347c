import { isIP } from 'node:net';
import { Agent, type buildConnector, type Dispatcher } from 'undici';
import { CrmError } from './crmError.js';
import { isPublicAddress, lookupPublic } from './outboundAddress.js';

/** The way out: https to public addresses, and whatever OUTBOUND_ALLOW names. */
export interface Outbound {
  /** @throws CrmError `configuration` when the address may not be asked */
  dispatcherFor(url: URL, method: string): Dispatcher;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** @param allow hosts, with or without a port, that may be private or without https */
export function createOutbound(allow: readonly string[]): Outbound {
  const allowed = new Set(allow.map((host) => host.toLowerCase()));
  const open = agents({ timeout: CONNECT_TIMEOUT_MS });
  const guarded = agents({ timeout: CONNECT_TIMEOUT_MS, lookup: lookupPublic });

  return {
    dispatcherFor(url, method) {
      const isAllowed = allowed.has(url.hostname) || allowed.has(`${url.hostname}:${portOf(url)}`);
      if (!isAllowed) requirePublic(url);
      return (isAllowed ? open : guarded)[method === 'GET' ? 'reading' : 'writing'];
    },
    close: async () => {
      await Promise.all([open, guarded].flatMap(({ reading, writing }) => [reading.destroy(), writing.destroy()]));
    },
  };
}

/** An idle connection may be closed just when a request goes out on it: nobody knows then whether it was carried out. */
function agents(connect: buildConnector.BuildOptions): { reading: Agent; writing: Agent } {
  return { reading: new Agent({ connect }), writing: new Agent({ connect, pipelining: 0 }) };
}

function requirePublic(url: URL): void {
  if (url.protocol !== 'https:')
    throw refused(`${url.protocol}// is not allowed`, 'Адрес должен начинаться с https://.');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // The URL has put decimal, octal and short spellings of IPv4 right.
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw privateAddress(url);
}

/** The host is one of a private network. */
export const privateAddress = ({ host }: URL): CrmError =>
  refused(
    `${host} is not a public address`,
    `Адрес ${host} из частной сети. Исправьте его или добавьте в OUTBOUND_ALLOW, если так и задумано.`,
  );

const refused = (reason: string, advice: string): CrmError => new CrmError(reason, { kind: 'configuration', advice });

function portOf({ port, protocol }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' ? '443' : '80';
}
