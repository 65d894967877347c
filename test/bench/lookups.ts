import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { addTenant } from '../harness/tenant.js';
import { openConnection } from './connection.js';
import { atLeast, type Finding } from './finding.js';
import type { Product } from './product.js';
import { quantiles } from './quantiles.js';

const CONNECTIONS = 16;
const RUN_MS = 2_000;
const ROUNDS = 3;
const NAME = 'ООО «Ромашка»';

/** Names that the integration cache remembers, beside a bare Express route that says the same. Round about. */
export async function lookups(product: Product): Promise<{ rows: string[][]; findings: Finding[] }> {
  const { number } = await addTenant(product.pool);
  const phone = '+375290000001';
  await product.pool.query(
    `insert into customers (enterprise_number, phone_e164, enterprise_name, first_seen_at, last_seen_at)
     values ($1, $2, $3, now(), now())`,
    [number, phone, NAME],
  );
  const cache = await product.startIntegrationCache();
  const route = spawn(process.execPath, [
    ...[fileURLToPath(new URL('./echo.mjs', import.meta.url)), 'express'],
    JSON.stringify({ name: NAME }),
  ]);
  const [line] = (await once(route.stdout, 'data')) as [Buffer];
  const servers = [
    { title: 'bare Express route', port: Number(line), perSecond: [] as number[], times: [] as number[] },
    { title: 'integration cache', port: Number(new URL(cache.url).port), perSecond: [], times: [] },
  ];
  const path = `/customer-name/${number}/${encodeURIComponent(phone)}`;
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { port, perSecond, times } of servers) {
      const taken = await load(port, path);
      if (round === 0) continue; // warms up
      perSecond.push(taken.length / (RUN_MS / 1_000));
      times.push(...taken);
    }
  }
  route.kill();
  await cache.kill('SIGTERM');
  const best = servers.map(({ perSecond }) => perSecond.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
  const rows = servers.map(({ title, times }, place) => {
    const [median, , p99] = quantiles(times);
    const own = best[place] ?? 0;
    return [title, own.toFixed(0), (own / (best[0] ?? 1)).toFixed(2), median, p99];
  });
  const ratio = (best[1] ?? NaN) / (best[0] ?? NaN);
  return { rows, findings: [atLeast('8020 lookups, of a bare Express route', 0.7, ratio)] };
}

/** @returns how long each answer took, ms */
async function load(port: number, path: string): Promise<number[]> {
  const times: number[] = [];
  const until = performance.now() + RUN_MS;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const connection = await openConnection(port);
      for (let at = performance.now(); at < until; at = performance.now()) {
        if ((await connection.get(path)) === 200) times.push(performance.now() - at);
      }
      connection.close();
    }),
  );
  return times;
}
