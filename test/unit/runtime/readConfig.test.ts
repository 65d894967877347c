import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OperatorError, readConfig, settings } from '@live-calls/shared/runtime';

const schema = z.object({
  DATABASE_URL: settings.DATABASE_URL,
  CORE_PORT: settings.CORE_PORT,
  INGEST_ALLOW: settings.INGEST_ALLOW,
});
const DATABASE_URL = 'postgres://user:made-up@127.0.0.1/live_calls';

function problemOf(variables: Record<string, string>): string {
  try {
    readConfig(schema, variables);
  } catch (error) {
    if (error instanceof OperatorError) return error.message;
    throw error;
  }
  return '';
}

describe('the configuration', () => {
  it('is complete with nothing but the database', () => {
    const config = readConfig(schema, { DATABASE_URL });
    expect(config).toMatchObject({ DATABASE_URL, CORE_PORT: 8000 });
    expect(config.INGEST_ALLOW).toContain('127.0.0.0/8');
    expect(config.INGEST_ALLOW).toContain('::1/128');
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig(schema, { DATABASE_URL, CORE_PORT: '' }).CORE_PORT).toBe(8000);
  });

  it('reports all problems at once, each with its value and what is expected', () => {
    const problem = problemOf({ CORE_PORT: 'eighty', INGEST_ALLOW: '10.0.0.1' });
    expect(problem).toContain('DATABASE_URL (not set)');
    expect(problem).toContain('CORE_PORT=eighty: must be a number. It is: the TCP port of the core, 8000 unless set.');
    expect(problem).toContain('INGEST_ALLOW=10.0.0.1: must be ranges such as 203.0.113.0/24');
    expect(problem).toContain('.env.example');
  });

  it('never repeats a secret', () => {
    const problem = problemOf({ DATABASE_URL: 'mysql://user:made-up@127.0.0.1/live_calls' });
    expect(problem).toContain('DATABASE_URL (set, value not shown)');
    expect(problem).not.toContain('made-up');
  });

  it('accepts ranges of IPv4 and IPv6, separated by commas or blanks', () => {
    const { INGEST_ALLOW } = readConfig(schema, { DATABASE_URL, INGEST_ALLOW: '203.0.113.0/24, 2001:db8::/32' });
    expect(INGEST_ALLOW).toEqual(['203.0.113.0/24', '2001:db8::/32']);
  });
});
