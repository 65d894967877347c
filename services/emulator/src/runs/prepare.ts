import { randomInt } from 'node:crypto';
import type { Directory, Enterprise } from '../directory/directory.js';
import { randomPhone } from '../directory/randomPhone.js';
import type { CallScenario } from '../scenarios/call.js';
import { scenarios } from '../scenarios/scenarios.js';
import { chooseFields } from './choices.js';
import { createStrangers } from './strangers.js';
import { faultsOf, lanesOf, type Ids, type Lane, type PlannedCall } from './plan.js';
import { replayed } from './replayed.js';
import { Unplayable, type EmulateRequest, type Problem, type ReplayRequest } from './request.js';
import type { Run } from './run.js';

/** What a run is to be, before anything of it is sent. */
export interface Prepared {
  lanes: Lane[];
  about: Pick<Run, 'enterprise' | 'scenario' | 'title' | 'fields' | 'pace' | 'faults' | 'request' | 'expected'>;
}

interface PrepareParts {
  directory: Directory;
  ids: Ids;
  /** Unix ms. */
  now: () => number;
  /** Whether enterprises that are no tests may be played with at all. */
  allowProduction: boolean;
}

export interface Prepare {
  /** @throws Unplayable, DatabaseAway */
  scenario(request: EmulateRequest): Promise<Prepared>;
  /** @throws Unplayable, DatabaseAway */
  replay(request: ReplayRequest): Promise<Prepared>;
}

type Asked = Pick<EmulateRequest, 'fields' | 'made_up_managers'>;

const fail = (field: string, message: string): never => {
  throw new Unplayable([{ field, message }]);
};

/** Makes runs of requests: reads who there is, chooses what was left open, and refuses what must not be played. */
export function createPrepare({ directory, ids, now, allowProduction }: PrepareParts): Prepare {
  const strangers = createStrangers(randomInt);
  async function playable(number: string, mayBeProduction: boolean): Promise<Enterprise> {
    const enterprise = await directory.enterprise(number);
    if (enterprise === undefined) return fail('enterprise', `предприятия ${number} нет, или оно отключено`);
    if (enterprise.is_test || (mayBeProduction && allowProduction)) return enterprise;
    return fail('enterprise', mayBeProduction ? FORBIDDEN_BY_CONFIG : `предприятие ${number} ${NOT_A_TEST}`);
  }

  async function callOn(enterprise: Enterprise, scenario: CallScenario, request: Asked, turn: number) {
    const { number, country } = enterprise;
    const [known, lines] = await Promise.all([directory.managers(number), directory.lines(number)]);
    const managers = request.made_up_managers ? strangers() : known;
    const supply = { managers, lines, phone: () => randomPhone(country, randomInt) };
    const chosen = chooseFields(scenario.fields, request.fields, supply, turn);
    const parsed = scenario.values.safeParse(chosen);
    if (!parsed.success) {
      throw new Unplayable(
        parsed.error.issues.map(({ path, message }): Problem => ({ field: String(path[0] ?? ''), message })),
      );
    }
    return { enterprise, values: parsed.data };
  }

  return {
    scenario: async (request) => {
      const scenario = scenarios.find(({ code }) => code === request.scenario);
      if (scenario === undefined) return fail('scenario', `сценария ${request.scenario} нет`);
      const unknownFields = Object.keys(request.fields).filter(
        (name) => !scenario.fields.some((it) => it.name === name),
      );
      if (unknownFields.length > 0) {
        throw new Unplayable(unknownFields.map((field) => ({ field, message: 'в этом сценарии такого поля нет' })));
      }
      const faults = faultsOf(request.faults).map(
        (fault, index) => fault ?? fail('faults', `неполадки ${request.faults[index] ?? ''} нет`),
      );
      const numbers = [...new Set([request.enterprise, ...request.more_enterprises])];
      const enterprises: Enterprise[] = [];
      for (const number of numbers) enterprises.push(await playable(number, request.allow_production));
      const calls: PlannedCall[] = [];
      for (let turn = 0; turn < Math.max(request.calls, enterprises.length); turn++) {
        const enterprise = enterprises[turn % enterprises.length];
        if (enterprise === undefined) continue;
        // One client is in one call at a time: the others' clients are chosen anew.
        const fields = turn === 0 ? request.fields : withoutPhones(request.fields, scenario);
        calls.push(await callOn(enterprise, scenario, { ...request, fields }, Math.floor(turn / enterprises.length)));
      }
      const lanes = lanesOf({ scenario, calls, pace: request.pace, faults, beganAt: now(), ids });
      const expected = lanes.map((lane) => lane.expected);
      return {
        lanes,
        about: {
          enterprise: request.enterprise,
          scenario: scenario.code,
          title: scenario.title,
          fields: calls[0]?.values ?? {},
          pace: request.pace,
          faults: request.faults,
          request,
          expected: {
            calls: expected.flatMap((one) => one.calls),
            final_messages: expected.reduce((sum, { finalMessages }) => sum + finalMessages, 0),
          },
        },
      };
    },
    replay: async (request) => {
      const enterprise = await playable(request.enterprise, request.allow_production);
      const strange = request.events.findIndex(({ body }) => isOfAnother(body['Token'], enterprise.token));
      if (strange !== -1) fail(`events.${strange}`, `в событии токен другого предприятия, не ${enterprise.number}`);
      return {
        lanes: [replayed(request, enterprise.token, { beganAt: now(), ids })],
        about: {
          enterprise: enterprise.number,
          scenario: null,
          title: request.title,
          fields: {},
          pace: request.pace,
          faults: [],
          request,
          expected: request.expected ?? null,
        },
      };
    },
  };
}

const NOT_A_TEST = 'не тестовое (is_test): играть можно только на тестовых';
const FORBIDDEN_BY_CONFIG =
  'предприятие не тестовое; чтобы играть на нём, нужна ещё настройка EMULATOR_ALLOW_PRODUCTION=1';

const isOfAnother = (token: unknown, own: string): boolean => token !== undefined && token !== '' && token !== own;

function withoutPhones(given: EmulateRequest['fields'], { fields }: CallScenario): EmulateRequest['fields'] {
  const phones = fields.filter(({ kind }) => kind === 'client' || kind === 'mobile').map(({ name }) => name);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !phones.includes(name)));
}
