import { expect, it } from 'vitest';
import { scenario } from './chosen.js';

const problemsOf = (code: string, values: unknown): string[] =>
  scenario(code)
    .values.safeParse(values)
    .error?.issues.map(({ message }) => message) ?? [];

const client = '+375290000001';
const line = '0001363';

it('takes groups of one to four', () => {
  expect(problemsOf('2-1', { client, line, group: ['150'], answered: '150' })).toEqual([]);
  const four = ['150', '151', '152', '153'];
  expect(problemsOf('2-1', { client, line, group: four, answered: '153' })).toEqual([]);
  expect(problemsOf('2-2', { client, line, group: [] })).toEqual(['нужен хотя бы один менеджер']);
  expect(problemsOf('2-2', { client, line, group: [...four, '154'] })).toEqual(['не больше четырёх менеджеров']);
  expect(problemsOf('2-2', { client, line, group: ['150', '150'] })).toEqual(['менеджеры не должны повторяться']);
});

it('wants somebody of the group to answer', () => {
  expect(problemsOf('2-1', { client, line, group: ['150', '151'], answered: '152' })).toEqual([
    '«Кто ответил»: не из поля «Группа»',
  ]);
});

it('wants different people to be different', () => {
  expect(problemsOf('1-4', { client, line, manager: '150', second: '150' })).toEqual([
    '«Второй менеджер» и «Менеджер» должны различаться',
  ]);
  expect(problemsOf('1-9', { client, manager: '150', line, backupLine: line })).toEqual([
    '«Резервная линия» и «Линия» должны различаться',
  ]);
});

it('wants phones with their country and extensions of three or four digits', () => {
  expect(problemsOf('1-1', { client: '80290000001', line, manager: '150' })).toEqual([
    'нужен номер с + и кодом страны',
  ]);
  expect(problemsOf('1-1', { client, line, manager: '15' })).toEqual(['нужен внутренний номер из 3–4 цифр']);
});
