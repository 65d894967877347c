import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPool, migrate } from '@live-calls/shared/db';
import { createTestDatabase, type TestDatabase } from '../../harness/database.js';

describe('migrations', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  it('find nothing to do in a database that has them', async () => {
    expect(await migrate(database.pool)).toEqual([]);
  });

  it('are applied once when several processes start together', async () => {
    await database.pool.query('drop schema public cascade; create schema public');
    const pools = [1, 2, 3].map((n) => createPool(database.url, { name: `starter ${String(n)}` }));

    const applied = await Promise.all(pools.map((pool) => migrate(pool)));
    await Promise.all(pools.map((pool) => pool.end()));

    const { rows } = await database.pool.query<{ name: string }>('select name from migrations order by name');
    expect(applied.flat().sort()).toEqual(rows.map((row) => row.name));
    expect(rows.length).toBeGreaterThan(0);
  });
});
