import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger } from '@live-calls/shared/runtime';

describe('a log of a service', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'logs-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const app = (): Promise<string> => readFile(join(dir, 'app.log'), 'utf8');

  test('has time, level, logger, message and facts on one line', async () => {
    const logger = createLogger({ dir, file: 'app.log', name: 'core' });
    logger.info('started', { port: 8000 });
    logger.named('ingest').warn('event refused', { detail: 'no Token', path: '/start', enterprise: undefined });
    logger.error('failed', { error: new TypeError('bad\nthing') });
    logger.debug('not written by default');
    await logger.flush();
    const lines = (await app()).trimEnd().split('\n');
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}`;
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(new RegExp(`^${time} \\[INFO\\] core: started port=8000$`));
    expect(lines[1]).toMatch(
      new RegExp(`^${time} \\[WARNING\\] ingest: event refused detail="no Token" path=/start$`),
    );
    expect(lines[2]).toMatch(new RegExp(`^${time} \\[ERROR\\] core: failed error="TypeError: bad\\\\nthing`));
  });

  test('is in the local time of the server', async () => {
    const before = new Date();
    const logger = createLogger({ dir, file: 'app.log', name: 'core' });
    logger.info('now');
    await logger.flush();
    const logged = (await app()).slice(0, 23).replace(',', '.').replace(' ', 'T');
    expect(Date.parse(logged)).toBeGreaterThanOrEqual(before.getTime());
    expect(Date.parse(logged)).toBeLessThanOrEqual(Date.now());
  });

  test('keeps every entry, in order', async () => {
    const logger = createLogger({ dir, file: 'app.log', name: 'core' });
    for (let n = 0; n < 5_000; n++) logger.info('entry', { n });
    await logger.flush();
    const numbers = (await app()).trimEnd().split('\n').map((line) => Number(line.split('n=')[1]));
    expect(numbers).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
  });

  test('cannot be broken by what the facts hold', async () => {
    const logger = createLogger({ dir, file: 'app.log', name: 'core' });
    const cyclic: { self?: object } = {};
    cyclic.self = cyclic;
    logger.info('a\r\nb', { name: 'x\n2026-01-01 [ERROR] forged\u0000\u2028', cyclic, missing: null, many: [1, '\n'] });
    await logger.flush();
    const text = await app();
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(text).toContain('many=[1,"\\n"]');
    expect(text).not.toMatch(/[\u0000\u2028\r]/);
  });

  test('never shows a bot token', async () => {
    const logger = createLogger({ dir, file: 'app.log', name: 'core' });
    const token = `123456789:${'Aa0_-'.repeat(7)}`;
    logger.error(`POST https://api.telegram.org/bot${token}/sendMessage`, {
      error: new Error(`request to /bot1:short/sendMessage failed`),
      payload: { token },
    });
    await logger.flush();
    expect(await app()).not.toMatch(/Aa0_-|short/);
    expect(await app()).toContain('sendMessage');
  });

  test('is found by grep by the token of a tenant', async () => {
    const logger = createLogger({ dir, file: 'app.log', name: 'core' });
    logger.info('event stored', { event: 'dial', token: '375293332255', uniqueId: '1759230684.16' });
    logger.info('event stored', { event: 'dial', token: '375000000000', uniqueId: '1759230684.17' });
    await logger.flush();
    const found = execFileSync('grep', ['375293332255', join(dir, 'app.log')], { encoding: 'utf8' });
    expect(found.trimEnd().split('\n')).toEqual([expect.stringContaining('uniqueId=1759230684.16')]);
  });
});
