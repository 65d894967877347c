import { expect, it } from 'vitest';
import { isPlaceholder } from '../../../services/core/src/notify/text/placeholder.js';

it.each([
  'Доб.152',
  'Доб.152 (152)',
  'доб 152',
  'Доб',
  'Неизвестный',
  'Неизвестный клиент',
  'неизвестно',
  'Не определен',
  'None',
  'null',
  'undefined',
  '<unknown>',
  'Anonymous',
  '-',
  '???',
  '.',
  '',
])('%j is no name', (name) => {
  expect(isPlaceholder(name)).toBe(true);
});

it.each([
  'Добровольский',
  'Неизвестных',
  'Иванов',
  'Ли',
  'Ё',
  'ООО «Ромашка»',
  '21 век',
  '3M',
  '585',
  'Nullová',
  'R&D <b>',
])('%j is a name', (name) => {
  expect(isPlaceholder(name)).toBe(false);
});
