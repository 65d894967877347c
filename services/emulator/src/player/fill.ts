import type { Template } from '../scenarios/scenario.js';

/** What a placeholder stands for. */
export type Values = (name: string) => string;

/** Puts values in place of `{name}`, everywhere in a body. */
export function fill(data: Readonly<Record<string, Template>>, values: Values): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([key, template]) => [key, fillTemplate(template, values)]));
}

/** Puts values in place of `{name}` in a text. */
export function fillText(text: string, values: Values): string {
  return text.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => values(name));
}

function fillTemplate(template: Template, values: Values): unknown {
  if (typeof template === 'string') return fillText(template, values);
  if (typeof template === 'object') return template.map((each) => fillTemplate(each, values));
  return template;
}
