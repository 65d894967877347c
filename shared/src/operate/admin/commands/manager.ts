import {
  addManager,
  editManager,
  listManagers,
  removeManager,
  type ManagerFields,
} from '../../../db/administrationManagers.js';
import { inTransaction } from '../../../db/pool.js';
import { OperatorError } from '../../../runtime/operatorError.js';
import { options, type Command, type Given } from '../command.js';
import { enterpriseOf, isSet, optional, orNull, readExtension, readFollowMe, readPhone, required } from '../read.js';
import { table } from '../table.js';

const FIELDS =
  '[--last-name …] [--first-name …] [--middle-name …] [--mobile +375290000001] [--follow-me <номер>] [--[no-]follow-me-on]';
const OPTIONS = options('enterprise extension last-name first-name middle-name mobile follow-me', 'follow-me-on');

function fieldsOf(given: Given, country: string): ManagerFields {
  const followMe = orNull(optional(given, 'follow-me'), (text) => readFollowMe(text, country));
  return {
    last_name: optional(given, 'last-name'),
    first_name: optional(given, 'first-name'),
    middle_name: optional(given, 'middle-name'),
    personal_phone: orNull(optional(given, 'mobile'), (text) => readPhone(text, country)),
    follow_me_number: followMe,
    // A number is given to be used.
    follow_me_enabled: isSet(given, 'follow-me-on') ?? (followMe === undefined ? undefined : followMe !== null),
  };
}

const nobody = (number: string, extension: string): OperatorError =>
  new OperatorError(`У предприятия ${number} нет внутреннего номера ${extension}. Какие есть: manager list.`);

export const managerCommands: Command[] = [
  {
    name: 'manager add',
    summary: 'Добавить менеджера с внутренним номером.',
    usage: `--enterprise 0367 --extension 150 ${FIELDS}`,
    options: OPTIONS,
    run: async ({ pool }, given) => {
      const { number, country } = await enterpriseOf(pool, given);
      const extension = readExtension(required(given, 'extension'));
      const fields = fieldsOf(given, country);
      await inTransaction(pool, (client) => addManager(client, number, extension, fields));
      return { text: `Менеджер ${extension} добавлен.`, json: { enterprise: number, extension } };
    },
  },
  {
    name: 'manager edit',
    summary: "Изменить то, что указано; пустое значение ('') убирает.",
    usage: `--enterprise 0367 --extension 150 ${FIELDS}`,
    options: OPTIONS,
    run: async ({ pool }, given) => {
      const { number, country } = await enterpriseOf(pool, given);
      const extension = readExtension(required(given, 'extension'));
      if (!(await editManager(pool, number, extension, fieldsOf(given, country)))) throw nobody(number, extension);
      return { text: `Менеджер ${extension} изменён.`, json: { enterprise: number, extension } };
    },
  },
  {
    name: 'manager list',
    summary: 'Менеджеры предприятия.',
    usage: '--enterprise 0367',
    options: options('enterprise'),
    run: async ({ pool }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const rows = await listManagers(pool, number);
      const text = table(
        ['Номер', 'Фамилия', 'Имя', 'Отчество', 'Мобильный', 'Переадресация'],
        rows.map((row) => [
          row.extension,
          row.last_name ?? '',
          row.first_name ?? '',
          row.middle_name ?? '',
          row.personal_phone ?? '',
          row.follow_me_number === null
            ? ''
            : `${String(row.follow_me_number)}${row.follow_me_enabled === true ? '' : ' (выключена)'}`,
        ]),
      );
      return { text: rows.length === 0 ? 'Менеджеров нет.' : text, json: rows };
    },
  },
  {
    name: 'manager remove',
    summary: 'Убрать внутренний номер, и менеджера, если другого у него нет.',
    usage: '--enterprise 0367 --extension 150',
    options: options('enterprise extension'),
    run: async ({ pool }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const extension = readExtension(required(given, 'extension'));
      if (!(await inTransaction(pool, (client) => removeManager(client, number, extension))))
        throw nobody(number, extension);
      return { text: `Внутренний номер ${extension} убран.`, json: { enterprise: number, extension } };
    },
  },
];
