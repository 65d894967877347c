import { setTimeout as pause } from 'node:timers/promises';
import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import type { Service } from '../harness/processes.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { answeredCall } from './answeredCall.js';
import { openConnection } from './connection.js';
import { untilShown, untilWorkedOff } from './backlog.js';
import { atMost, type Finding } from './finding.js';
import type { Product } from './product.js';
import type { GatewayKind } from './gateway.js';
import { startGateway } from './gateway.js';
import { quantiles } from './quantiles.js';
import { startTelegram } from './telegram.js';

/** Of one host. Longer than any time that is to be measured: what is shown is of the event posted last. ms */
const BETWEEN_EVENTS = 2_000;

const CRM = {
  retailcrm: { enabled: true, domain: 'https://crm.example.com', api_key: 'bench-key', user_extensions: { 11: '150' } },
};

/** How many times slower the calls come that are not measured yet. */
const WARM_UP = 2;

interface Host {
  tenant: TestTenant;
  /** Of the call that is measured. */
  posts: { event: string; at: number }[];
}

/**
 * Time from a POST to the request to Telegram that shows it, of all changes but the start, which waits. Each host posts
 * one call and has one subscriber: with more than a request a second to a chat, its budget would be measured.
 *
 * @param perSecond events a second in all
 * @param kind what the gateway does; none: the tenants have no CRM
 */
export async function latency(
  product: Product,
  perSecond: number,
  kind: GatewayKind = 'none',
): Promise<{ rows: string[][]; findings: Finding[] }> {
  const gateway = await startGateway(kind);
  const telegram = await startTelegram();
  const hosts: Host[] = [];
  for (let i = 0; i < (perSecond * BETWEEN_EVENTS) / 1_000; i += 1) {
    hosts.push({ tenant: await addTenant(product.pool), posts: [] });
  }
  await product.pool.query('delete from telegram_users where tg_id % 10 = 2');
  await product.pool.query('update enterprises set integrations_config = $1', [kind === 'none' ? {} : CRM]);
  const core = await product.startCore(telegram.url, gateway.url);
  // Code that has just been loaded is compiled by what it is used for, and each connection plans its statements once.
  await play(core, hosts, { serial: 1, betweenMs: WARM_UP * BETWEEN_EVENTS });
  await untilShown(product);
  telegram.shown.length = 0;
  const requestsBefore = gateway.requests();
  await play(core, hosts, { serial: 2, betweenMs: BETWEEN_EVENTS });
  await pause(BETWEEN_EVENTS);
  const hostOf = new Map(hosts.map((host) => [host.tenant.chats[0], host]));
  const times = telegram.shown.flatMap(({ chat, at }) => {
    const cause = hostOf.get(chat)?.posts.findLast((post) => post.at < at);
    return cause === undefined || cause.event === 'start' ? [] : [at - cause.at];
  });
  await untilWorkedOff(product);
  await core.kill('SIGTERM');
  telegram.close();
  gateway.close();
  const events = hosts.flatMap(({ posts }) => posts).length;
  const requests = (gateway.requests() - requestsBefore) / events;
  const [median, p95, p99] = quantiles(times);
  const load = `${perSecond} events/s`;
  const of = `event to Telegram at ${load}, ${gateway.title}`;
  return {
    rows: [[load, gateway.title, `${hosts.length}`, `${times.length}`, median, p95, p99, requests.toFixed(2)]],
    findings: [
      atMost(`${of}, median`, 100, Number(median), 'ms'),
      atMost(`${of}, p99`, 500, Number(p99), 'ms'),
      ...(kind === 'none' ? [] : [atMost(`internal requests per event, ${gateway.title}`, 2, requests, '')]),
    ],
  };
}

/** Each host posts one call; all of them are at it side by side, none at the same moment as another. */
async function play(
  core: Service,
  hosts: readonly Host[],
  { serial, betweenMs }: { serial: number; betweenMs: number },
): Promise<void> {
  const begun = performance.now();
  await Promise.all(
    hosts.map(async (host, place) => {
      const connection = await openConnection(Number(new URL(core.url).port));
      const { events } = copyOf(answeredCall(), serial, 0, clientOf(serial));
      host.posts = [];
      for (const [index, { event, body }] of ofTenant(host.tenant, events).entries()) {
        const due = begun + (index + place / hosts.length) * betweenMs;
        await pause(Math.max(0, due - performance.now()));
        host.posts.push({ event, at: performance.now() });
        await connection.post(`/${event}`, JSON.stringify(body));
      }
      connection.close();
    }),
  );
}
