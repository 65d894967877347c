import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { addTenant } from '../harness/tenant.js';
import { openConnection } from './connection.js';
import type { Product } from './product.js';
import { quantiles } from './quantiles.js';
import { startTelegram } from './telegram.js';

const CONNECTIONS = 64;
const RUN_MS = 4_000;

/** What 64 hosts that post one event after the other get through a server, beside servers that do nothing. */
export async function ingest(product: Product): Promise<string[][]> {
  const telegram = await startTelegram();
  const core = await product.startCore(telegram.url);
  const tokens: string[] = [];
  for (let i = 0; i < CONNECTIONS; i += 1) tokens.push((await addTenant(product.pool)).token);
  const table = [];
  for (const kind of ['http', 'express']) {
    const echo = spawn(process.execPath, [fileURLToPath(new URL('./echo.mjs', import.meta.url)), kind]);
    const [port] = (await once(echo.stdout, 'data')) as [Buffer];
    table.push([`bare ${kind === 'http' ? 'node:http' : 'Express'} echo`, ...(await load(Number(port), tokens))]);
    echo.kill();
  }
  table.push(['core, each event committed', ...(await load(Number(new URL(core.url).port), tokens))]);
  await core.kill('SIGKILL');
  telegram.close();
  return table;
}

async function load(port: number, tokens: string[]): Promise<string[]> {
  const times: number[] = [];
  let refused = 0;
  const begun = performance.now();
  await Promise.all(
    tokens.map(async (token, host) => {
      const connection = await openConnection(port);
      for (const { event, body } of callsOfHost(token, host)) {
        const at = performance.now();
        if (at - begun > RUN_MS) break;
        if ((await connection.post(event, body)) === 200) times.push(performance.now() - at);
        else refused += 1;
      }
      connection.close();
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const [median, , p99] = quantiles(times);
  return [(times.length / seconds).toFixed(0), median, p99, String(refused)];
}

/** Call after call, without an end. */
function* callsOfHost(token: string, host: number): Generator<{ event: string; body: string }> {
  for (let serial = 1; ; serial += 1) {
    const fixture = liveFixtures[(host + serial) % liveFixtures.length];
    if (!fixture) return;
    for (const { event, body } of copyOf(fixture, serial, serial * 60_000).events) {
      yield { event: `/${event}`, body: JSON.stringify({ ...body, Token: token }) };
    }
  }
}
