import { describe, expect, it } from 'vitest';
import type { EnterpriseNumber } from '@live-calls/shared/contracts';
import type { Entry } from '../../../services/integration-cache/src/directory/enterprise.js';
import { createEntries } from '../../../services/integration-cache/src/directory/entries.js';

const entry = (number: string, name: string, token: string): Entry => ({
  enterprise: {
    number: number as EnterpriseNumber,
    name,
    token,
    timezone: 'Europe/Minsk',
    country: 'BY',
    integrations: { sections: {}, enabled: [], primary: null, problems: [] },
    config: {},
    managers: new Map(),
    lines: new Map(),
  },
  createdAt: new Date(0),
  expiresAt: new Date(0),
});

describe('what is remembered of enterprises', () => {
  it('is found by number, token and name, in this order', () => {
    const entries = createEntries();
    const [one, two, three] = [entry('1', 'a', '2'), entry('2', 'b', 'c'), entry('3', 'c', 'd')];
    for (const each of [three, two, one]) entries.keep(each);
    expect(entries.find('2')).toBe(two);
    expect(entries.byToken('2')).toBe(one);
    expect(entries.find('c')).toBe(two);
    expect(entries.find('a')).toBe(one);
    expect(entries.byToken('a')).toBeUndefined();
  });

  it('does not answer to names that are gone or empty', () => {
    const entries = createEntries();
    entries.keep(entry('1', 'a', 'x'));
    entries.keep(entry('1', 'b', ''));
    expect([entries.find('a'), entries.find('x'), entries.find('')]).toEqual([undefined, undefined, undefined]);
    expect(entries.find('b')?.enterprise.number).toBe('1');
    entries.remove('1');
    expect([entries.find('b'), entries.size()]).toEqual([undefined, 0]);
  });

  it('stays right when two enterprises exchange their names, in whichever order they are told', () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const entries = createEntries();
      entries.keep(entry('1', 'a', 'x'));
      entries.keep(entry('2', 'b', 'y'));
      const exchanged = [entry('1', 'b', 'y'), entry('2', 'a', 'x')];
      for (const place of order) entries.keep(exchanged[place] ?? entry('3', 'c', 'z'));
      expect(['a', 'b'].map((name) => entries.find(name)?.enterprise.number)).toEqual(['2', '1']);
      expect(['x', 'y'].map((token) => entries.byToken(token)?.enterprise.number)).toEqual(['2', '1']);
    }
  });

  it('is bounded, and what nobody asked for is forgotten first, with its names', () => {
    const entries = createEntries(2);
    entries.keep(entry('1', 'a', 'x'));
    entries.keep(entry('2', 'b', 'y'));
    entries.find('a');
    entries.keep(entry('3', 'c', 'z'));
    expect(entries.numbers().sort()).toEqual(['1', '3']);
    expect([entries.find('b'), entries.byToken('y')]).toEqual([undefined, undefined]);
  });
});
