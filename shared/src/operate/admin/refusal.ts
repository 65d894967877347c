import { OperatorError } from '../../runtime/operatorError.js';

/** What the database's constraints mean to people. */
const CONSTRAINTS: Readonly<Record<string, string>> = {
  enterprises_pkey: 'Предприятие с таким номером уже есть. Изменить его: npm run admin -- enterprise edit.',
  enterprises_name_key: 'Предприятие с таким названием уже есть: названия не повторяются.',
  enterprises_name2_key: 'Такой токен АТС уже у другого предприятия: по токену узнают, чьи это события.',
  telegram_users_enterprise_number_bot_token_tg_id_key: 'Этот чат уже подписан.',
  user_internal_phones_pkey: 'Этот внутренний номер уже занят. Изменить менеджера: npm run admin -- manager edit.',
  lines_pkey: 'Такая линия уже есть. Изменить её: npm run admin -- line edit.',
};

const AWAY = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ECONNRESET|57P0\d|28\w{3}|3D000)$/;

/** An error of the database as an operator can use it; others stay as they are. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof OperatorError) return error;
  const { code = '', constraint = '' } = error as { code?: string; constraint?: string };
  const meaning = code === '23505' ? CONSTRAINTS[constraint] : undefined;
  if (meaning !== undefined) return new OperatorError(meaning);
  if (code === '42P01') return new OperatorError('В базе данных нет таблиц. Создайте их: npm run migrate.');
  if (AWAY.test(code) || /connect|timeout/i.test(error.message))
    return new OperatorError(
      `База данных недоступна (${code || error.message}). Запустите её (npm start) или исправьте DATABASE_URL.`,
    );
  return error;
}
