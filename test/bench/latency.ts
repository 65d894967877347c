import { setTimeout as pause } from 'node:timers/promises';
import { copyOf } from '../fixtures/mix.js';
import { clientOf } from '../harness/client.js';
import type { Service } from '../harness/processes.js';
import { addTenant, ofTenant, type TestTenant } from '../harness/tenant.js';
import { answeredCall } from './answeredCall.js';
import { openConnection } from './connection.js';
import { untilWorkedOff } from './backlog.js';
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

/** Of each host. While the first ones begin and end, code is compiled and statements are planned for the first time. */
const CALLS = 3;

interface Host {
  tenant: TestTenant;
  posts: { event: string; at: number }[];
}

/**
 * Time from a POST to the request to Telegram that shows it, of all changes but the start, which waits. Each host posts
 * call after call and has one subscriber: with more than a request a second to a chat, its budget would be measured. It is
 * measured for as long as a call takes, while all hosts are at it, each at another moment of its call.
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
  const measured = await play(core, hosts);
  await pause(BETWEEN_EVENTS);
  const hostOf = new Map(hosts.map((host) => [host.tenant.chats[0], host]));
  const times = telegram.shown.flatMap(({ chat, at }) => {
    const cause = hostOf.get(chat)?.posts.findLast((post) => post.at < at);
    const isMeasured = cause && cause.event !== 'start' && cause.at >= measured.from && cause.at < measured.to;
    return isMeasured ? [at - cause.at] : [];
  });
  await untilWorkedOff(product);
  await core.kill('SIGTERM');
  telegram.close();
  gateway.close();
  const events = hosts.flatMap(({ posts }) => posts).length;
  const requests = gateway.requests() / events;
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

/** Each host posts its calls, begun by one after the other. @returns when all of them were at it, performance.now() */
async function play(core: Service, hosts: readonly Host[]): Promise<{ from: number; to: number }> {
  const call = answeredCall();
  const callMs = call.events.length * BETWEEN_EVENTS;
  const begun = performance.now();
  await Promise.all(
    hosts.map(async (host, place) => {
      const connection = await openConnection(Number(new URL(core.url).port));
      for (let serial = 1; serial <= CALLS; serial += 1) {
        const { events } = copyOf(call, serial, 0, clientOf(serial));
        const callBegins = begun + (serial - 1 + place / hosts.length) * callMs;
        for (const [index, { event, body }] of ofTenant(host.tenant, events).entries()) {
          await pause(Math.max(0, callBegins + index * BETWEEN_EVENTS - performance.now()));
          host.posts.push({ event, at: performance.now() });
          await connection.post(`/${event}`, JSON.stringify(body));
        }
      }
      connection.close();
    }),
  );
  return { from: begun + (CALLS - 1) * callMs, to: begun + CALLS * callMs };
}
