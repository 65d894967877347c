import type { ExpectedCall } from '../../scenarios/call.js';

const DIRECTION = { incoming: 'входящий', outgoing: 'исходящий', internal: 'внутренний' };

/** Compares rows of `calls` with what was expected. Russian sentences. */
export function judgeCalls(expected: readonly ExpectedCall[], found: readonly ExpectedCall[]): string[] {
  const left = [...found];
  const said: string[] = [];
  for (const call of bestFirst(expected, found)) {
    const index = left.findIndex((other) => isSameCall(call, other) && differencesOf(call, other).length === 0);
    const near = index === -1 ? left.findIndex((other) => isSameCall(call, other)) : index;
    const [other] = near === -1 ? [] : left.splice(near, 1);
    if (other === undefined) said.push(`Нет строки в calls: ожидался ${nameOf(call)}, ${endOf(call)}.`);
    else said.push(...differencesOf(call, other).map((difference) => `Звонок (${nameOf(call)}): ${difference}.`));
  }
  return [...said, ...left.map((call) => `Лишняя строка в calls: ${nameOf(call)}, ${endOf(call)}.`)];
}

/** Those that are found as they must be come first, so that no other takes their row. */
function bestFirst(expected: readonly ExpectedCall[], found: readonly ExpectedCall[]): ExpectedCall[] {
  const isFound = (call: ExpectedCall): boolean =>
    found.some((other) => isSameCall(call, other) && differencesOf(call, other).length === 0);
  return expected.toSorted((one, other) => Number(isFound(other)) - Number(isFound(one)));
}

const isSameCall = (one: ExpectedCall, other: ExpectedCall): boolean =>
  one.direction === other.direction && one.party === other.party;

function differencesOf(expected: ExpectedCall, found: ExpectedCall): string[] {
  const differences: string[] = [];
  if (expected.answered !== found.answered) {
    differences.push(`в calls он ${answeredIn(found)}, а должен быть ${answeredIn(expected)}`);
  }
  if (expected.talked.join() !== found.talked.join()) {
    differences.push(`говорили ${listed(found.talked)}, а должны были ${listed(expected.talked)}`);
  }
  const [rang, mustRing] = [found.rang.toSorted(), expected.rang.toSorted()];
  if (rang.join() !== mustRing.join()) {
    differences.push(`звонили телефоны ${listed(rang)}, а должны были ${listed(mustRing)}`);
  }
  return differences;
}

const nameOf = ({ direction, party }: ExpectedCall): string =>
  `${DIRECTION[direction]} ${party === '' ? 'без номера' : party}`;
const answeredIn = ({ answered }: ExpectedCall): string => (answered ? 'отвечен' : 'не отвечен');
const endOf = (call: ExpectedCall): string =>
  call.answered ? `отвечен, говорили ${listed(call.talked)}` : 'не отвечен';
const listed = (numbers: readonly string[]): string => (numbers.length === 0 ? '—' : numbers.join(', '));
