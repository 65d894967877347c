import { OperatorError } from '@live-calls/shared/runtime';
import type { Run } from '../runs/run.js';
import { USAGE, type Command } from './command.js';
import { describeBegin, describeBriefly, describeEnd, describeEntry, describeOffer } from './describe.js';
import type { EmulatorApi, Offer } from './emulatorApi.js';
import { inTurn } from './inTurn.js';

interface Terminal {
  print: (line: string) => void;
  /** Resolves when the operator wants the next step. */
  enter: () => Promise<void>;
}

/** More at a time make nothing quicker on one enterprise. */
const AT_ONCE_PER_ENTERPRISE = 6;
const AT_ONCE = 24;

/**
 * Does what was asked for on the command line.
 *
 * @returns whether everything came out as it must
 * @throws OperatorError when the emulator is not there or refuses
 */
export async function emulate(command: Command, api: EmulatorApi, terminal: Terminal): Promise<boolean> {
  if (command.kind === 'help') {
    terminal.print(USAGE);
    return true;
  }
  const offer = await api.offer();
  if (command.kind === 'list') {
    terminal.print(describeOffer(offer));
    return true;
  }
  return command.kind === 'all'
    ? await playAll(command, offer, api, terminal)
    : await playOne(command, offer, api, terminal);
}

async function playOne(command: Command, offer: Offer, api: EmulatorApi, { print, enter }: Terminal): Promise<boolean> {
  const { scenario, faults, calls } = command;
  const [enterprise, ...more] = await enterprisesFor(command, api);
  const runId = await api.begin({
    ...{ enterprise, more_enterprises: command.enterprises.length > 1 ? more : [] },
    ...{ scenario, faults, calls, fields: fieldsFor(command, offer), pace: command.pace ?? 'fast' },
    allow_production: command.allowProduction,
  });
  const told = new Set<string>();
  let last: Run | undefined;
  let steps = -1; // events that there were at the last question
  for await (const run of api.follow(runId)) {
    if (last === undefined) print(describeBegin(run));
    const answered = run.timeline.filter(({ status, error }) => status !== undefined || error !== undefined);
    for (const entry of answered) {
      const key = `${entry.sent_at ?? ''} ${entry.event} ${entry.offset_ms} ${entry.note ?? ''} ${entry.index}`;
      if (!told.has(key)) print(describeEntry(entry));
      told.add(key);
    }
    if (run.state === 'checking' && last?.state !== 'checking') print('Проверяю, что вышло…');
    last = run;
    // It is told again when something else has changed meanwhile.
    if (run.state === 'waiting' && run.pace === 'steps' && answered.length > steps) {
      steps = answered.length;
      await enter();
      await api.step(runId);
    }
  }
  if (last?.state !== 'done') throw new OperatorError('Прогон не закончен: эмулятор остановлен?');
  print(describeEnd(last));
  return last.verdict?.ok === true;
}

async function playAll(command: Command, offer: Offer, api: EmulatorApi, { print }: Terminal): Promise<boolean> {
  const enterprises = await enterprisesFor(command, api);
  const variants = command.faults.includes('all') ? allVariants(offer) : [command.faults];
  const begun = performance.now();
  let good = 0;
  const play = async (code: string, faults: string[], enterprise: string): Promise<void> => {
    const since = performance.now();
    const runId = await api.begin({
      ...{ enterprise, scenario: code, faults, pace: command.pace ?? 'once' },
      ...{ made_up_managers: true, allow_production: command.allowProduction },
    });
    let last: Run | undefined;
    for await (const run of api.follow(runId)) last = run;
    if (last === undefined) throw new OperatorError(`Прогон ${runId} пропал: эмулятор остановлен?`);
    if (last.verdict?.ok === true) good += 1;
    print(describeBriefly(last, (performance.now() - since) / 1_000));
  };
  const jobs = variants.flatMap((faults) =>
    offer.scenarios.map(
      ({ code }, index) =>
        () =>
          play(code, faults, enterprises[index % enterprises.length] ?? ''),
    ),
  );
  await inTurn(jobs, Math.min(AT_ONCE, AT_ONCE_PER_ENTERPRISE * enterprises.length));
  const seconds = Math.round((performance.now() - begun) / 1_000);
  print(`\n${good === jobs.length ? '✓' : '✗'} Как должно быть: ${good} из ${jobs.length} прогонов, ${seconds} с.`);
  return good === jobs.length;
}

/** Calls whose end is lost stay open for hours: they come last, so that no other meets them. */
function allVariants({ faults }: Offer): string[][] {
  const codes = faults.map(({ code }) => code);
  return [
    [],
    ...codes
      .toSorted((one, other) => Number(one.endsWith('-lost')) - Number(other.endsWith('-lost')))
      .map((code) => [code]),
  ];
}

async function enterprisesFor({ kind, enterprises }: Command, api: EmulatorApi): Promise<string[]> {
  if (enterprises.length > 0) return enterprises;
  const tests = (await api.enterprises()).filter(({ is_test }) => is_test).map(({ number }) => number);
  if (tests.length === 0) {
    throw new OperatorError('Тестовых предприятий нет: отметьте одно в базе (enterprises.is_test = true).');
  }
  return kind === 'all' ? tests : tests.slice(0, 1);
}

function fieldsFor({ fields, scenario }: Command, { scenarios }: Offer): Record<string, string | string[]> {
  const groups = scenarios
    .find(({ code }) => code === scenario)
    ?.fields.filter(({ kind }) => kind === 'managers')
    .map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, groups?.includes(name) ? value.split(',') : value]),
  );
}
