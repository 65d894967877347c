import { addLine, editLine, listLines, removeLine, type LineFields } from '../../../db/administrationLines.js';
import { inTransaction } from '../../../db/pool.js';
import { OperatorError } from '../../../runtime/operatorError.js';
import { options, type Command, type Given } from '../command.js';
import { enterpriseOf, optional, orNull, readLineId, readPhone, readTransform, required } from '../read.js';
import { table } from '../table.js';

const FIELDS = '[--name <название>] [--operator A1] [--phone +375290000001] [--transform +375{9}]';
const OPTIONS = options('enterprise id name operator phone transform');

const asIs = (text: string): string => text;

const fieldsOf = (given: Given, country: string): LineFields => ({
  name: orNull(optional(given, 'name'), asIs),
  operator: orNull(optional(given, 'operator'), asIs),
  phone: orNull(optional(given, 'phone'), (text) => readPhone(text, country)),
  incoming_transform: orNull(optional(given, 'transform'), readTransform),
});

const none = (number: string, id: string): OperatorError =>
  new OperatorError(`У предприятия ${number} нет линии ${id}. Какие есть: line list.`);

export const lineCommands: Command[] = [
  {
    name: 'line add',
    summary: 'Добавить линию. Правило +375{9}: девять последних цифр номера звонящего после +375.',
    usage: `--enterprise 0367 --id 0001363 ${FIELDS}`,
    options: OPTIONS,
    run: async ({ pool }, given) => {
      const { number, country } = await enterpriseOf(pool, given);
      const id = readLineId(required(given, 'id'));
      const fields = fieldsOf(given, country);
      await inTransaction(pool, (client) => addLine(client, number, id, fields));
      return { text: `Линия ${id} добавлена.`, json: { enterprise: number, line: id } };
    },
  },
  {
    name: 'line edit',
    summary: "Изменить то, что указано; пустое значение ('') убирает.",
    usage: `--enterprise 0367 --id 0001363 ${FIELDS}`,
    options: OPTIONS,
    run: async ({ pool }, given) => {
      const { number, country } = await enterpriseOf(pool, given);
      const id = readLineId(required(given, 'id'));
      if (!(await editLine(pool, number, id, fieldsOf(given, country)))) throw none(number, id);
      return { text: `Линия ${id} изменена.`, json: { enterprise: number, line: id } };
    },
  },
  {
    name: 'line list',
    summary: 'Линии предприятия.',
    usage: '--enterprise 0367',
    options: options('enterprise'),
    run: async ({ pool }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const rows = await listLines(pool, number);
      const text = table(
        ['Линия', 'Название', 'Оператор', 'Телефон', 'Правило'],
        rows.map((row) =>
          [row.line_id, row.name, row.operator, row.phone, row.incoming_transform].map((cell) => cell ?? ''),
        ),
      );
      return { text: rows.length === 0 ? 'Линий нет.' : text, json: rows };
    },
  },
  {
    name: 'line remove',
    summary: 'Убрать линию.',
    usage: '--enterprise 0367 --id 0001363',
    options: options('enterprise id'),
    run: async ({ pool }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const id = readLineId(required(given, 'id'));
      if (!(await removeLine(pool, number, id))) throw none(number, id);
      return { text: `Линия ${id} убрана.`, json: { enterprise: number, line: id } };
    },
  },
];
