import type { CallScenario, Expected, ExpectedCall } from './call.js';
import { schemaOf, type Field, type Values } from './fields.js';
import { eventsFrom, fillIn } from './script/eventsFrom.js';

/** What must come of a scenario; `{field}` stands for what was chosen, several numbers are separated by commas. */
export interface Outcome {
  direction: ExpectedCall['direction'];
  party: string;
  /** '' when nobody talked: the call was not answered. */
  talked: string;
  rang: string;
}

/** A scenario as it is written down in the tables. */
export interface Entry {
  code: string;
  title: string;
  story: string;
  fields: readonly Field[];
  script: string;
  outcomes: readonly Outcome[];
}

/** A scenario of the tables, ready to be played. */
export function scenarioFrom({ code, title, story, fields, script, outcomes }: Entry): CallScenario {
  return {
    code,
    title,
    story,
    fields,
    values: schemaOf(fields),
    eventsOf: (values, host) => eventsFrom(script, values, host),
    expectedOf: (values) => expectedFrom(outcomes, values),
  };
}

function expectedFrom(outcomes: readonly Outcome[], values: Values): Expected {
  const numbers = (text: string): string[] => [...new Set(fillIn(text, values).split(','))].filter(Boolean);
  const calls = outcomes.map(({ direction, party, talked, rang }) => ({
    direction,
    party: fillIn(party, values),
    answered: talked !== '',
    talked: numbers(talked),
    rang: numbers(rang),
  }));
  return { calls, finalMessages: calls.length };
}
