import { cpus, totalmem } from 'node:os';
import { it } from 'vitest';
import { foldStep } from './foldStep.js';
import { ingest } from './ingest.js';
import { latency } from './latency.js';
import { lookups } from './lookups.js';
import { createProduct } from './product.js';

/** `npm run bench`: reports, and judges nothing. */
it('measures the call path', async () => {
  const product = await createProduct();
  const { rows } = await product.pool.query<{ version: string }>('select version()');
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  say(`${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${gigabytes} GB, Node ${process.version}`);
  say(`${rows[0]?.version.split(',')[0] ?? ''}, durable (fsync on); the load comes from the same machine\n`);

  say('POST to Telegram request, changes other than start, ms');
  table(
    ['load', 'CRM', 'tenants', 'shown', 'median', 'p95', 'p99', 'internal requests/event'],
    [
      await latency(product, 50),
      await latency(product, 50, 'answers'),
      await latency(product, 50, 'hangs'),
      await latency(product, 200),
    ],
  );
  say('One step with one new event, ms');
  const steps: string[][] = [];
  for (const openCalls of [1, 10, 50, 200]) steps.push(await foldStep(product, openCalls));
  table(['open calls', 'median', 'p95', 'p99'], steps);
  say('Names that are remembered, 16 connections');
  table(['server', 'requests/s', 'of the bare route', 'median ms', 'p99 ms'], await lookups(product));
  say('64 connections, one event after the other');
  table(['server', 'events/s', 'median ms', 'p99 ms', 'refused'], await ingest(product));
  await product.end();
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
