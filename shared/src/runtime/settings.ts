import ipaddr from 'ipaddr.js';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { ROOT } from './root.js';

const port = (defaultPort: number, of: string) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(65_535, 'must be at most 65535')
    .default(defaultPort)
    .describe(`the TCP port of ${of}, ${String(defaultPort)} unless set`);

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
  .transform((url) => url.replace(/\/+$/, ''));

const host = z
  .string()
  .refine((text) => text === 'localhost' || ipaddr.isValid(text), 'must be an IP address or localhost');

const elsewhere = (what: string) =>
  httpUrl.optional().describe(`where ${what} is when it is not on this machine, e.g. http://10.0.0.5:8020`);

/** `host` or `host:port`, and nothing else of a URL. */
function isHost(text: string): boolean {
  const url = URL.parse(`http://${text}`);
  return (
    url !== null &&
    url.host !== '' &&
    url.pathname === '/' &&
    url.username === '' &&
    text === text.trim() &&
    !text.endsWith('/')
  );
}

/** Addresses that may post events unless INGEST_ALLOW says otherwise: this machine and private networks. */
const PRIVATE_RANGES = '127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,::1/128,fc00::/7,fe80::/10';

function isCidr(range: string): boolean {
  try {
    ipaddr.parseCIDR(range);
    return true;
  } catch {
    return false;
  }
}

/**
 * Every variable that the product knows; each service's schema picks the ones it reads. `.env.example` lists the same.
 * The description completes the sentence "It is: …" in the report of a problem.
 */
export const settings = {
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a URL that begins with postgres://' })
    .describe(
      'the PostgreSQL to use, postgres://user:password@host:5432/database; leave it unset for the embedded one',
    ),
  POSTGRES_PORT: port(8032, 'the embedded PostgreSQL (127.0.0.1)'),
  TELEGRAM_API_ROOT: httpUrl
    .default('https://api.telegram.org')
    .describe('where the Telegram Bot API is, without the /bot… part'),
  CORE_HOST: host
    .default('0.0.0.0')
    .describe('the address that the core listens on, 0.0.0.0 for all of IPv4 or :: for IPv6 as well'),
  CORE_PORT: port(8000, 'the core'),
  INTEGRATION_CACHE_PORT: port(8020, 'the integration cache'),
  RETAILCRM_PORT: port(8019, 'the RetailCRM adapter'),
  UON_PORT: port(8022, 'the U-ON adapter'),
  MOYSKLAD_PORT: port(8023, 'the MoySklad adapter'),
  BITRIX24_PORT: port(8024, 'the Bitrix24 adapter'),
  EMULATOR_PORT: port(8025, 'the emulator (127.0.0.1)'),
  INTERNAL_HOST: host
    .default('127.0.0.1')
    .describe('the address that the integration cache and the adapters listen on; INTERNAL_TOKEN guards any other'),
  INTERNAL_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('what services on several machines prove themselves to each other with'),
  STATUS_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('what opens /status, /metrics and /ready of the core from other machines, e.g. of: openssl rand -hex 32'),
  SECRETS_KEY: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe('the key that bot tokens and CRM keys are encrypted with in the database, e.g. of: openssl rand -hex 32'),
  INTEGRATION_CACHE_URL: elsewhere('the integration cache'),
  RETAILCRM_URL: elsewhere('the RetailCRM adapter'),
  UON_URL: elsewhere('the U-ON adapter'),
  MOYSKLAD_URL: elsewhere('the MoySklad adapter'),
  BITRIX24_URL: elsewhere('the Bitrix24 adapter'),
  OUTBOUND_ALLOW: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((host) => host !== ''))
    .refine((hosts) => hosts.every(isHost), 'must be hosts such as crm.example.com or 10.0.0.5:8080')
    .prefault('')
    .describe('hosts that CRM and recording addresses may name although they are private or without https'),
  INGEST_ALLOW: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((range) => range !== ''))
    .refine(
      (ranges) => ranges.length > 0 && ranges.every(isCidr),
      'must be ranges such as 203.0.113.0/24 or 2001:db8::/32',
    )
    .prefault(PRIVATE_RANGES)
    .describe('the networks whose hosts may post events, separated by commas, in CIDR notation (one address: …/32)'),
  LOG_DIR: z
    .string()
    .default('./logs')
    .transform((directory) => (isAbsolute(directory) ? directory : join(ROOT, directory)))
    .describe('the directory of the log files, relative to the repository'),
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], { error: 'must be error, warn, info or debug' })
    .default('info')
    .describe('how much is logged'),
  EMULATOR_DATA_DIR: z
    .string()
    .default('./.data')
    .transform((directory) => (isAbsolute(directory) ? directory : join(ROOT, directory)))
    .describe('where the emulator keeps its last runs, relative to the repository'),
  EMULATOR_ALLOW_PRODUCTION: z
    .enum(['0', '1'], { error: 'must be 0 or 1' })
    .default('0')
    .transform((value) => value === '1')
    .describe('1 if the emulator may post events of enterprises that are not marked as tests, when a run asks for it'),
  PUBLIC_URL: httpUrl.optional().describe('the base of links to recordings, as subscribers reach the core'),
};
