import type { Reporter, TestModule } from 'vitest/node';
import type { CrashRow } from './row.js';

const COLUMNS = ['victim', 'step', 'deaths', 'discrepancies', 'twice', 'reported', 'goes on, ms', 'settled, ms'];

/** Prints, when everything has run, what came of each death. */
export function createSummary(print: (text: string) => void = (text) => process.stdout.write(text)): Reporter {
  return {
    onTestRunEnd: (modules) => {
      print(`\n${summaryOf(modules)}\n`);
    },
  };
}

function summaryOf(modules: readonly TestModule[]): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const rows = tests.flatMap((test) => test.meta().crash ?? []);
  const failed = tests.filter((test) => test.result().state === 'failed');
  const notRun = tests.filter((test) => !['passed', 'failed'].includes(test.result().state));
  // Not loaded, or without what its tests need: then none of them says so.
  const broken = modules.filter((module) => !module.ok() && !failed.some((test) => test.module === module));
  return [
    ...tableOf(rows),
    '',
    totalOf(rows),
    `${tests.length} tests, ${failed.length} failed, ${notRun.length} not run`,
    ...failed.map(({ fullName }) => `FAILED: ${fullName}`),
    ...broken.map(({ relativeModuleId }) => `FAILED: ${relativeModuleId}`),
  ].join('\n');
}

/** Markdown. */
function tableOf(rows: readonly CrashRow[]): string[] {
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`);
}

function cellsOf(row: CrashRow): string[] {
  const numbers = [row.deaths, row.discrepancies, row.twice, row.reported, row.goesOnMs, row.settledMs];
  return [row.victim, row.step, ...numbers.map((number) => (number === undefined ? '–' : String(Math.round(number))))];
}

/** One sentence that stands for all of them. */
function totalOf(rows: readonly CrashRow[]): string {
  const sum = (value: (row: CrashRow) => number | undefined): number =>
    rows.reduce((total, row) => total + (value(row) ?? 0), 0);
  const slowest = (value: (row: CrashRow) => number | undefined): number =>
    Math.round(Math.max(0, ...rows.map((row) => value(row) ?? 0)));
  return (
    `${sum(({ deaths }) => deaths)} deaths: ${sum(({ discrepancies }) => discrepancies)} discrepancies, ` +
    `${sum(({ twice }) => twice)} messages stand twice, ` +
    `${sum(({ reported }) => reported)} requests to CRMs were reported instead of repeated; ` +
    `a fresh call took at most ${slowest(({ goesOnMs }) => goesOnMs)} ms, ` +
    `everything was settled within ${slowest(({ settledMs }) => settledMs)} ms`
  );
}
