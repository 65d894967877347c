import { DEEPEST_WRITTEN, isNestedDeeper } from '@live-calls/shared/runtime';
import { z } from 'zod';

/** What is wrong with a request, for the operator. */
export interface Problem {
  /** The field of the form; '' when it is no field's fault. */
  field: string;
  /** Russian. */
  message: string;
}

/** The request cannot be done as it is. */
export class Unplayable extends Error {
  override name = 'Unplayable';

  constructor(readonly problems: readonly Problem[]) {
    super('the request cannot be done');
  }
}

const EVENT_TYPES = [
  'start',
  'dial',
  'bridge',
  'hangup',
  'bridge_create',
  'bridge_leave',
  'bridge_destroy',
  'new_callerid',
] as const;

const enterprise = z.string({ error: 'выберите предприятие' }).min(1, 'выберите предприятие');
const pace = z.enum(['real', 'fast', 'once', 'steps'], { error: 'неизвестный темп' }).default('real');
const allow_production = z.boolean({ error: 'нужно true или false' }).default(false);

/** The body of POST /api/emulate. Fields that are not given are chosen. */
export const EmulateRequest = z.strictObject({
  enterprise,
  /** Other enterprises that calls are spread over. */
  more_enterprises: z.array(enterprise).max(100, 'не больше 100 предприятий').default([]),
  scenario: z.string({ error: 'выберите сценарий' }),
  fields: z.record(z.string(), z.union([z.string(), z.array(z.string())]), { error: 'поля — это объект' }).default({}),
  pace,
  faults: z.array(z.string(), { error: 'неполадки — это список кодов' }).default([]),
  calls: z
    .int('нужно целое число звонков')
    .min(1, 'нужен хотя бы один звонок')
    .max(50, 'не больше 50 звонков сразу')
    .default(1),
  /** Managers that nobody else is: in a real company nobody is in two calls at once. */
  made_up_managers: z.boolean({ error: 'нужно true или false' }).default(false),
  allow_production,
});
export type EmulateRequest = z.infer<typeof EmulateRequest>;

const GivenBody = z.record(z.string(), z.unknown(), { error: 'body — объект JSON' }).superRefine((body, context) => {
  for (const [name, value] of Object.entries(body)) {
    if (!isNestedDeeper(value, DEEPEST_WRITTEN)) continue;
    context.addIssue({ code: 'custom', path: [name], message: `вложенность глубже ${DEEPEST_WRITTEN} уровней` });
  }
});

const GivenEvent = z.object({
  event: z.enum(EVENT_TYPES, { error: `event — одно из: ${EVENT_TYPES.join(', ')}` }),
  offset_ms: z
    .number('offset_ms — число миллисекунд')
    .min(0, 'offset_ms не может быть меньше нуля')
    .max(86_400_000, 'offset_ms — не больше суток'),
  body: GivenBody,
});

const GivenCall = z.object({
  direction: z.enum(['incoming', 'outgoing', 'internal']),
  party: z.string(),
  answered: z.boolean(),
  talked: z.array(z.string()),
  rang: z.array(z.string()),
});

/** The body of POST /api/replay. */
export const ReplayRequest = z.strictObject({
  enterprise,
  title: z.string().max(200, 'название — не длиннее 200 знаков').default('Повтор событий'),
  events: z
    .array(GivenEvent, { error: 'events — список событий' })
    .min(1, 'нужно хотя бы одно событие')
    .max(2_000, 'не больше 2000 событий'),
  pace,
  /** Puts fresh ids in place of the given UniqueIds and BridgeUniqueids. */
  rewrite: z.boolean({ error: 'нужно true или false' }).default(false),
  /** What must come of them, if it is known. */
  expected: z.object({ calls: z.array(GivenCall), final_messages: z.int().min(0) }).optional(),
  allow_production,
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

/** @throws Unplayable with all problems at once */
export function readRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  throw new Unplayable(
    parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ field: key, message: `неизвестное поле «${key}»` }))
        : [{ field: issue.path.join('.'), message: issue.message }],
    ),
  );
}
