import { cpus, totalmem } from 'node:os';
import { it } from 'vitest';
import { crowd } from './crowd.js';
import type { Finding } from './finding.js';
import { foldStep } from './foldStep.js';
import { group } from './group.js';
import { history } from './history.js';
import { ingest } from './ingest.js';
import { latency } from './latency.js';
import { lookups } from './lookups.js';
import { manyCalls } from './manyCalls.js';
import { createProduct } from './product.js';

/** `npm run bench`: reports what was wanted and what was measured, and fails of neither. */
it('measures the call path', async () => {
  const begun = performance.now();
  const findings: Finding[] = [];
  const section = (title: string, head: string[], { rows, findings: own }: Measured): void => {
    say(title);
    table(head, rows);
    findings.push(...own);
  };
  const product = await createProduct();
  const { rows } = await product.pool.query<{ version: string }>('select version()');
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  say(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${gigabytes} GB, Node ${process.version}`);
  say(`${rows[0]?.version.split(',')[0] ?? ''}, durable (fsync on); the load comes from the same machine\n`);

  section(
    '64 connections, one event after the other',
    ['server', 'events/s', 'median ms', 'p99 ms', 'refused'],
    await ingest(product),
  );
  await latency(product, 50); // warms up
  section(
    'POST to Telegram request, changes other than start, ms',
    ['load', 'CRM', 'tenants', 'shown', 'median', 'p95', 'p99', 'internal requests/event'],
    joined([
      await latency(product, 50),
      await latency(product, 200),
      await latency(product, 50, 'answers'),
      await latency(product, 50, 'hangs'),
    ]),
  );
  section(
    'Names that are remembered, 16 connections',
    ['server', 'requests/s', 'of the bare route', 'median ms', 'p99 ms'],
    await lookups(product),
  );
  const steps: string[][] = [];
  for (const openCalls of [1, 10, 50, 200]) steps.push(await foldStep(product, openCalls));
  section('One step with one new event, ms', ['open calls', 'median', 'p95', 'p99'], { rows: steps, findings: [] });
  section(
    'Enterprises that are called in one moment',
    ['enterprises', 'POST median ms', 'p95', 'p99', 'refused', 'finals shown', 'last one after ms'],
    await crowd(product),
  );
  section(
    'A group that takes fewer messages than it should show',
    ['calls', 'messages a minute', 'shown', '429', 'too early', 'finals shown', 'seconds'],
    await group(product),
  );
  section(
    'Many calls, one after the other as fast as they are folded',
    ['calls', 'events/s', 'core MB before', 'core MB after', 'database MB more', 'bytes a call'],
    await manyCalls(product),
  );
  await product.end();
  section(
    'What one query reads at most while a call comes, is shown and looked at: with 100 thousand and with 10 million events',
    ['program', 'queries', 'rows, 100 thousand', 'rows, 10 million', 'pages', 'pages'],
    await history(),
  );

  say('In short');
  table(
    ['what', 'wanted', 'measured', 'verdict'],
    findings.map(({ what, wanted, measured, isMet }) => [what, wanted, measured, isMet ? 'met' : 'NOT MET']),
  );
  say(`${((performance.now() - begun) / 60_000).toFixed(1)} minutes in all.`);
}, 1_800_000);

interface Measured {
  rows: string[][];
  findings: Finding[];
}

const joined = (parts: Measured[]): Measured => ({
  rows: parts.flatMap(({ rows }) => rows),
  findings: parts.flatMap(({ findings }) => findings),
});

function table(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  say([line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n') + '\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
