import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { EnterpriseNumber } from '@live-calls/shared/contracts';
import { createCrmHttp } from '../../../shared/src/runtime/adapter/createCrmHttp.js';
import { createMask } from '../../../shared/src/runtime/adapter/mask.js';
import { createOutbound } from '../../../shared/src/runtime/adapter/outbound.js';
import { lookupPublic } from '../../../shared/src/runtime/adapter/outboundAddress.js';
import { createPacer } from '../../../shared/src/runtime/adapter/pacer.js';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';
import { silentLogger } from '../../harness/silentLogger.js';

type Answered = (error: null, addresses: LookupAddress[]) => void;

/** What a name means, the next time that somebody asks; of the last one it goes on meaning that. */
const names = vi.hoisted(() => ({ meanings: [] as string[][], asked: 0 }));
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (_name: string, _options: LookupAllOptions, answered: Answered) => {
    const meaning = names.meanings[Math.min(names.asked, names.meanings.length - 1)] ?? [];
    names.asked += 1;
    answered(
      null,
      meaning.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  },
}));

const outbound = createOutbound([]);
let database: TestDatabase;
let inside: Server;
let port: number;
let connected = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  inside = createServer((socket) => {
    connected += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(inside, 'listening');
  ({ port } = inside.address() as AddressInfo);
});
afterAll(async () => {
  await outbound.close();
  inside.close();
  await database.drop();
});
beforeEach(() => {
  names.asked = 0;
});

const ask = (): Promise<unknown> =>
  createCrmHttp({
    ...{ db: database.pool, outbound, logger: silentLogger(), pacer: createPacer(() => performance.now()) },
    ...{ mask: createMask([]), secrets: [], endsAt: performance.now() + 5_000 },
    about: {
      enterpriseNumber: EnterpriseNumber.parse('0367'),
      crm: 'uon',
      eventType: 'hangup',
      uniqueId: '1',
      attempt: 1,
    },
  }).request({ method: 'GET', url: `https://crm.example.com:${port}/` });

it('a name that leads inside is refused when it is connected to, each time', async () => {
  names.meanings = [['127.0.0.1']];
  const refused = { facts: { kind: 'configuration', advice: expect.stringContaining('частной') as string } };
  for (let n = 0; n < 2; n += 1) await expect(ask()).rejects.toMatchObject(refused);
  expect(names.asked, 'nothing is remembered of a name').toBe(2);
  expect(connected).toBe(0);
});

it('a name that means something else a moment later does not help: what was looked at is what is connected to', async () => {
  names.meanings = [['2001:db8::1', '8.8.8.8', '127.0.0.1', '::ffff:127.0.0.1'], ['127.0.0.1']];
  const looked = await new Promise((resolve) => {
    lookupPublic('crm.example.com', { all: true }, (_error, addresses) => resolve(addresses));
  });
  expect(looked).toEqual([{ address: '8.8.8.8', family: 4 }]);
  expect(names.asked).toBe(1);
  // A moment later.
  await expect(ask()).rejects.toMatchObject({ facts: { kind: 'configuration' } });
  expect(connected).toBe(0);
});
