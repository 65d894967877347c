import { Refused } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { parseForm } from '../crm/form.js';
import { failed } from './answers.js';

/** Nested data comes as JSON in a field of a form. @throws Refused when it does not */
export function readFormField(exchange: Exchange, endpoint: string, name: string): unknown {
  if (exchange.contentType !== 'application/x-www-form-urlencoded') {
    exchange.violate(`${endpoint}: нужна форма (application/x-www-form-urlencoded) с полем ${name}.`);
    throw new Refused(failed(400, `Parameter '${name}' is missing`));
  }
  const text = parseForm(exchange.text)[name];
  if (text === undefined) {
    exchange.violate(`${endpoint}: в форме нет поля ${name}.`);
    throw new Refused(failed(400, `Parameter '${name}' is missing`));
  }
  try {
    if (typeof text !== 'string') throw new SyntaxError('not a text');
    return JSON.parse(text);
  } catch {
    exchange.violate(`${endpoint}: в поле ${name} должен быть JSON одной строкой.`);
    throw new Refused(failed(400, 'Errors in the entity format', { [name]: 'This value is not valid.' }));
  }
}
