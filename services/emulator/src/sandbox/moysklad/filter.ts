import { Refused } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { failed } from './errors.js';

interface Condition {
  field: string;
  operator: '=' | '~' | '~=' | '=~';
  value: string;
}

/** `filter=name~Ива;phone=~777`. @throws Refused when a field is not among the known ones */
export function readFilter(exchange: Exchange, endpoint: string, known: readonly string[]): Condition[] {
  const text = exchange.query['filter'];
  if (typeof text !== 'string') return [];
  return text.split(';').map((part) => {
    const [, field = '', operator = '', value = ''] = /^(\w+)(=~|~=|~|=)(.*)$/.exec(part) ?? [];
    if (!known.includes(field)) {
      exchange.violate(`${endpoint}: в filter нет условия «${part}», есть только по ${known.join(', ')}.`);
      throw new Refused(failed(400, 1034, `неизвестное поле ${field}`));
    }
    return { field, operator: operator as Condition['operator'], value };
  });
}

/** `~` is in it, `~=` begins it, `=~` ends it: letter by letter as it is written down. */
export function meets({ operator, value }: Condition, text: string): boolean {
  switch (operator) {
    case '=':
      return text === value;
    case '~':
      return text.toLowerCase().includes(value.toLowerCase());
    case '~=':
      return text.toLowerCase().startsWith(value.toLowerCase());
    case '=~':
      return text.toLowerCase().endsWith(value.toLowerCase());
  }
}
