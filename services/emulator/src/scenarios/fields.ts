import { z } from 'zod';

export type FieldKind = 'client' | 'manager' | 'managers' | 'line' | 'mobile' | 'followMe';

/** Something to be chosen before a scenario is played. */
export interface Field {
  name: string;
  kind: FieldKind;
  /** Russian. */
  label: string;
  /** The field of managers that this one is chosen from. */
  oneOf?: string;
  /** The field with the manager whose phone this is. */
  of?: string;
  /** Fields that must hold somebody or something else. */
  differsFrom?: readonly string[];
}

/** What was chosen, by the names of the fields. Phones are in E.164. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'нужен номер с + и кодом страны');
const extension = z.string().regex(/^\d{3,4}$/, 'нужен внутренний номер из 3–4 цифр');

const KINDS: Record<FieldKind, z.ZodType<string | string[]>> = {
  client: phone,
  mobile: phone,
  manager: extension,
  followMe: extension,
  managers: z
    .array(extension)
    .min(1, 'нужен хотя бы один менеджер')
    .max(4, 'не больше четырёх менеджеров')
    .refine((all) => new Set(all).size === all.length, 'менеджеры не должны повторяться'),
  line: z.string().regex(/^[A-Za-z0-9_.-]{5,40}$/, 'нужен идентификатор линии'),
};

/** A schema of what may be chosen for these fields. */
export function schemaOf(fields: readonly Field[]): z.ZodType<Values> {
  return z
    .object(Object.fromEntries(fields.map(({ name, kind }) => [name, KINDS[kind]])))
    .superRefine((values, context) => {
      for (const field of fields) {
        const message = problemWith(field, values, fields);
        if (message !== undefined) context.addIssue({ code: 'custom', path: [field.name], message });
      }
    });
}

function problemWith(field: Field, values: Values, fields: readonly Field[]): string | undefined {
  const labelOf = (name: string): string => fields.find((other) => other.name === name)?.label ?? name;
  const own = listOf(values, field.name);
  if (field.oneOf !== undefined) {
    const choice = listOf(values, field.oneOf);
    if (!own.every((value) => choice.includes(value))) return `«${field.label}»: не из поля «${labelOf(field.oneOf)}»`;
  }
  const same = field.differsFrom?.find((name) => listOf(values, name).some((value) => own.includes(value)));
  return same === undefined ? undefined : `«${field.label}» и «${labelOf(same)}» должны различаться`;
}

/** What was chosen for a field, as a list. */
export function listOf(values: Values, name: string): string[] {
  return [values[name] ?? []].flat();
}

const field = (kind: FieldKind, name: string, label: string, more: Partial<Field> = {}): Field => ({
  name,
  kind,
  label,
  ...more,
});

// The fields that scenarios share.
export const client = field('client', 'client', 'Клиент');
export const otherClient = field('client', 'otherClient', 'Клиент, с которым говорит занятый менеджер', {
  differsFrom: ['client'],
});
export const line = field('line', 'line', 'Линия');
export const backupLine = field('line', 'backupLine', 'Резервная линия', { differsFrom: ['line'] });
export const manager = field('manager', 'manager', 'Менеджер');
export const second = field('manager', 'second', 'Второй менеджер', { differsFrom: ['manager'] });
export const group = field('managers', 'group', 'Группа');
export const answered = field('manager', 'answered', 'Кто ответил', { oneOf: 'group' });
export const target = field('manager', 'target', 'Кому переводят', { differsFrom: ['answered'] });
export const owner = field('manager', 'owner', 'Менеджер с мобильным');
export const mobile = field('mobile', 'mobile', 'Мобильный', { of: 'owner', differsFrom: ['client'] });
export const mobileLine = field('line', 'mobileLine', 'Линия для мобильного', { differsFrom: ['line'] });
export const step1 = field('managers', 'step1', 'Шаг 1');
export const step2 = field('managers', 'step2', 'Шаг 2');
export const step3 = field('managers', 'step3', 'Шаг 3');
export const answeredOnStep3 = field('manager', 'answered', 'Кто ответил', { oneOf: 'step3' });
export const mobileOfStep3 = field('mobile', 'mobile', 'Мобильный шага 3', { of: 'step3', differsFrom: ['client'] });
export const third = field('manager', 'third', 'Третий менеджер', { differsFrom: ['manager', 'second'] });
export const followMeOwner = field('manager', 'owner', 'Владелец FollowMe', { differsFrom: ['manager'] });
export const followMe = field('followMe', 'followMe', 'Номер FollowMe', {
  of: 'owner',
  differsFrom: ['owner', 'manager'],
});
export const caller = field('manager', 'caller', 'Кто звонит');
export const callee = field('manager', 'callee', 'Кому звонят', { differsFrom: ['caller'] });
export const department = field('managers', 'department', 'Отдел', { differsFrom: ['caller'] });
export const answeredInDepartment = field('manager', 'answered', 'Кто ответил', { oneOf: 'department' });
