/** A form with nested names, as PHP reads it: `filter[name]=x`, `values[]=1`. */
export interface Form {
  [name: string]: FormValue;
}
export type FormValue = string | Form | FormValue[];

const MAX_DEPTH = 8;

/** Reads `application/x-www-form-urlencoded`. Names with numbers or nothing in brackets become lists. */
export function parseForm(text: string): Form {
  const form: Form = emptyForm();
  for (const [name, value] of new URLSearchParams(text)) put(form, keysOf(name), value);
  return listsIn(form);
}

function keysOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open < 1) return [name];
  const inner = [...name.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  return [name.slice(0, open), ...inner].slice(0, MAX_DEPTH);
}

function put(form: Form, keys: string[], value: string): void {
  const [first = '', ...rest] = keys;
  const key = first === '' ? String(Object.keys(form).length) : first;
  if (rest.length === 0) {
    form[key] = value;
    return;
  }
  const inner = form[key];
  const next = typeof inner === 'object' && !Array.isArray(inner) ? inner : emptyForm();
  form[key] = next;
  put(next, rest, value);
}

function listsIn(form: Form): Form {
  for (const [key, value] of Object.entries(form)) {
    if (typeof value === 'string' || Array.isArray(value)) continue;
    const inner = listsIn(value);
    const keys = Object.keys(inner);
    const isList = keys.length > 0 && keys.every((each, index) => each === String(index));
    form[key] = isList ? Object.values(inner) : inner;
  }
  return form;
}

/** Without a prototype: a field may be called `__proto__`. */
function emptyForm(): Form {
  return Object.create(null) as Form;
}
