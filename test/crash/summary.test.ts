import { expect, it } from 'vitest';
import type { TestCase, TestModule } from 'vitest/node';
import type { CrashRow } from './row.js';
import { createSummary } from './summary.js';

interface Ran {
  name: string;
  state: 'passed' | 'failed' | 'skipped';
  crash?: CrashRow[];
}

const DIED: CrashRow = { victim: 'core', step: 'after the 200', deaths: 1, discrepancies: 0, twice: 1 };

/** As much of a module that has run as the reporter looks at. */
function moduleOf(tests: readonly Ran[], isOk = tests.every(({ state }) => state !== 'failed')): TestModule {
  const module = { relativeModuleId: 'test/crash/made-up.full.ts', ok: () => isOk, children: { allTests } };
  function* allTests(): Generator<Partial<TestCase>> {
    for (const { name, state, crash } of tests) {
      const result = { state } as ReturnType<TestCase['result']>;
      const meta = crash === undefined ? {} : { crash };
      yield { fullName: name, module: module as unknown as TestModule, result: () => result, meta: () => meta };
    }
  }
  return module as unknown as TestModule;
}

function saidOf(modules: readonly TestModule[]): string[] {
  let said = '';
  const reporter = createSummary((text) => (said += text));
  void reporter.onTestRunEnd?.(modules, [], 'passed');
  return said.trim().split('\n');
}

it('a row for each death, and what they come to', () => {
  const slow = { ...DIED, victim: 'database', twice: 0, reported: 2, goesOnMs: 2_100.4, settledMs: 900 };
  const said = saidOf([
    moduleOf([{ name: 'one', state: 'passed', crash: [DIED, { ...DIED, deaths: 3, discrepancies: 2 }] }]),
    moduleOf([
      { name: 'two', state: 'passed', crash: [slow] },
      { name: 'nobody dies', state: 'passed' },
    ]),
  ]);
  expect(said.slice(2)).toEqual([
    '| core | after the 200 | 1 | 0 | 1 | – | – | – |',
    '| core | after the 200 | 3 | 2 | 1 | – | – | – |',
    '| database | after the 200 | 1 | 0 | 0 | 2 | 2100 | 900 |',
    '',
    '5 deaths: 2 discrepancies, 2 messages stand twice, 2 requests to CRMs were reported instead of repeated; ' +
      'a fresh call took at most 2100 ms, everything was settled within 900 ms',
    '3 tests, 0 failed, 0 not run',
  ]);
});

it('a test that fails is named, with what it told of deaths before', () => {
  const said = saidOf([
    moduleOf([
      { name: 'core is killed', state: 'failed', crash: [DIED] },
      { name: 'database is killed', state: 'passed' },
    ]),
  ]);
  expect(said).toContain('| core | after the 200 | 1 | 0 | 1 | – | – | – |');
  expect(said.slice(-2)).toEqual(['2 tests, 1 failed, 0 not run', 'FAILED: core is killed']);
});

it('a file that fails before its tests is named, and that they were not run', () => {
  const said = saidOf([moduleOf([{ name: 'core is killed', state: 'skipped' }], false)]);
  expect(said.slice(-2)).toEqual(['1 tests, 0 failed, 1 not run', 'FAILED: test/crash/made-up.full.ts']);
  expect(saidOf([moduleOf([], false)]).at(-1)).toBe('FAILED: test/crash/made-up.full.ts');
});
