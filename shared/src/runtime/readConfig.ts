import type { z } from 'zod';
import { environment } from './environment.js';
import { OperatorError } from './operatorError.js';

/** Variables whose values must not be repeated in a message. */
const SECRET = /PASSWORD|TOKEN|SECRET|KEY|DATABASE_URL/;

/**
 * Reads the variables of `schema` (see `settings`). An empty variable counts as unset.
 *
 * @param variables the process's environment over `.env` over the defaults of the embedded database, unless given
 * @throws OperatorError with all problems at once
 */
export function readConfig<S extends z.ZodObject>(
  schema: S,
  variables: Record<string, string | undefined> = environment(),
): z.output<S> {
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    return `  ${name}${current(name, present[name])}: ${issue.message}.${remedy(schema, name)}`;
  });
  throw new OperatorError(
    [
      'The configuration is not complete or not valid. Put it right in the environment or in .env (see .env.example):',
      ...problems,
    ].join('\n'),
  );
}

function current(name: string, value: string | undefined): string {
  if (value === undefined) return ' (not set)';
  return SECRET.test(name) ? ' (set, value not shown)' : `=${value}`;
}

function remedy(schema: z.ZodObject, name: string): string {
  const description = (schema.shape[name] as z.ZodType | undefined)?.description;
  return description === undefined ? '' : ` It is: ${description}.`;
}
