import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { liveFixtures } from '../fixtures/fixtures.js';
import { copyOf } from '../fixtures/mix.js';
import { addTenant } from '../harness/tenant.js';
import { backlog, untilFolded, untilWorkedOff } from './backlog.js';
import { atLeast, atMost, type Finding } from './finding.js';
import type { Product } from './product.js';
import { quantiles } from './quantiles.js';
import { startTelegram } from './telegram.js';

const CONNECTIONS = 64;
const WARM_UP_MS = 2_000;
/** A core runs for weeks: what V8 compiles of it in the first half-minute under load is not what is measured. */
const CORE_WARM_UP_MS = 30_000;
const RUN_MS = 5_000;
/** More than a host of each connection can post in all runs. */
const EVENTS_A_HOST = 1_500;
/** Events a second of the paced row, and of the core's warm-up: what it takes with room to spare. */
const PACE = 500;

interface Loaded {
  row: string[];
  perSecond: number;
  p99: number;
}

/** What 64 hosts that post one event after the other get through a server, beside servers that do less. */
export async function ingest(product: Product): Promise<{ rows: string[][]; findings: Finding[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'live-calls-load-'));
  const telegram = await startTelegram();
  const core = await product.startCore(telegram.url);
  const connections: string[][] = [];
  for (let host = 0; host < CONNECTIONS; host += 1) {
    connections.push(requestsOf((await addTenant(product.pool)).token, host));
  }
  const load = async (
    title: string,
    port: number,
    runMs: number,
    perSecond: number | null,
    from = 0,
  ): Promise<Loaded> => {
    const file = join(directory, 'load.json');
    const left = connections.map((requests) => requests.slice(from));
    await writeFile(file, JSON.stringify({ port, runMs, perSecond, connections: left }));
    const generator = fileURLToPath(new URL('./load.mjs', import.meta.url));
    const child = spawn(process.execPath, [generator, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const { seconds, refused, times } = JSON.parse(await text(child.stdout)) as {
      seconds: number;
      refused: number;
      times: number[];
    };
    const [median, , p99] = quantiles(times);
    const own = times.length / seconds;
    return { row: [title, own.toFixed(0), median, p99, String(refused)], perSecond: own, p99: Number(p99) };
  };
  const bare = async (title: string, script: URL, argument: string): Promise<Loaded> => {
    const server = spawn(process.execPath, [fileURLToPath(script), argument]);
    const [port] = (await once(server.stdout, 'data')) as [Buffer];
    await load('', Number(port), WARM_UP_MS, null);
    const loaded = await load(title, Number(port), RUN_MS, null);
    server.kill();
    return loaded;
  };
  const echo = new URL('./echo.mjs', import.meta.url);
  const http = await bare('bare node:http echo', echo, 'http');
  const express = await bare('bare Express echo', echo, 'express');
  const store = await bare('bare node:http that commits', new URL('./store.mjs', import.meta.url), product.databaseUrl);
  const port = Number(new URL(core.url).port);
  await load('', port, CORE_WARM_UP_MS, PACE);
  // The hosts that come at a pace meet a core that is not behind.
  await untilFolded(product);
  const paced = await load(`core, ${PACE} a second`, port, RUN_MS, PACE, 300);
  const flatOut = await load('core, each event committed', port, RUN_MS, null, 400);
  // Accepting goes first: what it leaves behind is told, and is not in the way of what is measured next.
  const folded = await foldRest(product);
  await core.kill('SIGTERM');
  telegram.close();
  await rm(directory, { recursive: true });
  return {
    rows: [...[http, express, store, flatOut, paced].map(({ row }) => row), folded],
    findings: [
      atLeast('durable ingest, of a bare node:http echo', 0.45, flatOut.perSecond / http.perSecond),
      atLeast('durable ingest, of a bare Express echo', 1.5, flatOut.perSecond / express.perSecond),
      atMost(`durable ingest, ${CONNECTIONS} connections flat out, p99`, 15, flatOut.p99, 'ms'),
      atMost(`durable ingest, ${CONNECTIONS} connections at ${PACE} a second, p99`, 15, paced.p99, 'ms'),
    ],
  };
}

/** @returns the row of what was stored and not yet folded */
async function foldRest(product: Product): Promise<string[]> {
  const begun = performance.now();
  const left = await backlog(product);
  await untilFolded(product);
  const perSecond = (left * 1_000) / (performance.now() - begun);
  await untilWorkedOff(product);
  return [`core, folding the ${left} that are left`, perSecond.toFixed(0), '', '', ''];
}

/** Call after call, as HTTP requests. */
function requestsOf(token: string, host: number): string[] {
  const requests: string[] = [];
  for (let serial = 1; requests.length < EVENTS_A_HOST; serial += 1) {
    const fixture = liveFixtures[(host + serial) % liveFixtures.length];
    if (!fixture) break;
    for (const { event, body } of copyOf(fixture, serial, serial * 60_000).events) {
      const json = JSON.stringify({ ...body, Token: token });
      const head = `POST /${event} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json`;
      requests.push(`${head}\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
    }
  }
  return requests;
}
