import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listen } from '@live-calls/shared/db';
import { PATIENCE } from '../../harness/patience.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { createTcpProxy, type TcpProxy } from '../../harness/tcpProxy.js';

describe('listening', () => {
  let database: TestDatabase;
  let network: TcpProxy;
  let url: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    const target = new URL(database.url);
    network = await createTcpProxy(Number(target.port));
    target.port = String(network.port);
    url = target.href;
  });
  afterEach(async () => {
    await network.close();
    await database.drop();
  });

  const notify = (text: string): Promise<unknown> =>
    database.pool.query(`select pg_notify('news', $1), pg_notify('other', 'not for us')`, [text]);

  test('hears what is told, says when it begins and ends, and begins again', async () => {
    const heard: string[] = [];
    const listening = listen(url, {
      channel: 'news',
      onNotify: (payload) => heard.push(payload),
      onConnect: () => heard.push('(begins)'),
      onLoss: () => heard.push('(ends)'),
    });
    try {
      await vi.waitUntil(() => heard.length === 1, PATIENCE);
      await notify('one');
      await vi.waitUntil(() => heard.length === 2, PATIENCE);
      network.cut();
      await vi.waitUntil(() => heard.length >= 3, PATIENCE);
      await notify('missed');
      network.restore();
      await vi.waitUntil(() => heard.at(-1) === '(begins)', PATIENCE);
      await notify('two');
      await vi.waitUntil(() => heard.at(-1) === 'two', PATIENCE);
      expect(heard.filter((text) => text !== '(ends)')).toEqual(['(begins)', 'one', '(begins)', 'two']);
    } finally {
      await listening.close();
    }
  });

  test('can be ended while nobody answers', async () => {
    network.freeze();
    const onLoss = vi.fn();
    const listening = listen(url, { channel: 'news', onNotify: () => undefined, onLoss });
    await listening.close();
    expect(onLoss).not.toHaveBeenCalled();
  });

  test('is over when it was ended', async () => {
    const onNotify = vi.fn();
    const onConnect = vi.fn();
    const listening = listen(url, { channel: 'news', onNotify, onConnect });
    await vi.waitUntil(() => onConnect.mock.calls.length === 1, PATIENCE);
    await listening.close();
    await notify('late');
    expect(onNotify).not.toHaveBeenCalled();
  });
});
