import { addSubscriber, listSubscribers, removeSubscriber } from '../../../db/administrationSubscribers.js';
import { OperatorError } from '../../../runtime/operatorError.js';
import { SecretUnreadable } from '../../../runtime/secrets/secrets.js';
import { askBot, shownBot } from '../bot.js';
import { options, type Command, type Context } from '../command.js';
import { enterpriseOf, isSet, optional, readBotToken, readChat, required, secretText } from '../read.js';
import { table } from '../table.js';

/** Whether the bot can write into the chat, in Russian. */
async function tryOut(
  { config, secrets }: Context,
  { stored, chat, hello }: { stored: string | null; chat: number; hello: boolean },
): Promise<{ reachable: boolean; text: string }> {
  if (stored === null)
    return { reachable: false, text: 'Бота нет ни у подписчика, ни у предприятия: enterprise edit --bot-token -.' };
  const token = secrets.open(stored);
  const api = config.TELEGRAM_API_ROOT;
  const me = await askBot(api, token, 'getMe');
  if (!me.ok) {
    const advice = me.status === null ? 'проверьте сеть и TELEGRAM_API_ROOT' : 'проверьте токен у @BotFather';
    return { reachable: false, text: `Бот ${shownBot(token)}: ${me.reason} — ${advice}.` };
  }
  const name = `@${String(me.result['username'])}`;
  const seen = hello
    ? await askBot(api, token, 'sendMessage', { chat_id: chat, text: 'Проверка: сюда будут приходить звонки.' })
    : await askBot(api, token, 'getChat', { chat_id: chat });
  if (seen.ok) return { reachable: true, text: `Бот ${name} ${hello ? 'написал в этот чат' : 'видит этот чат'}.` };
  const who = chat < 0 ? 'добавьте его в группу' : 'пусть подписчик откроет его и нажмёт «Старт»';
  return { reachable: false, text: `Бот ${name} не может писать в этот чат (${seen.reason}): ${who}.` };
}

/** The bot of a stored token, without its secret. */
function botOf({ secrets }: Context, stored: string): string {
  try {
    return shownBot(secrets.open(stored));
  } catch (error) {
    if (error instanceof SecretUnreadable) return 'не читается (SECRETS_KEY)';
    throw error;
  }
}

export const subscriberCommands: Command[] = [
  {
    name: 'subscriber add',
    summary:
      'Подписать чат (или включить снова) и проверить, может ли бот туда писать; --hello — написать на самом деле.',
    usage: '--enterprise 0367 --chat <чат> [--bot-token <токен>|-] [--hello]',
    options: options('enterprise chat bot-token', 'hello'),
    run: async (context, given) => {
      const { number, bot_token: ofEnterprise } = await enterpriseOf(context.pool, given);
      const chat = readChat(required(given, 'chat'));
      const token = optional(given, 'bot-token') ?? '';
      const own = token === '' ? null : context.secrets.seal(readBotToken(secretText(context, token)));
      await addSubscriber(context.pool, number, chat, own);
      const tried = await tryOut(context, {
        stored: own ?? ofEnterprise,
        chat,
        hello: isSet(given, 'hello') ?? false,
      }).catch((error: unknown) => {
        if (!(error instanceof SecretUnreadable)) throw error;
        return {
          reachable: false,
          text: 'Токен бота не читается: верните прежний SECRETS_KEY или введите токен заново.',
        };
      });
      return {
        text: `Чат ${chat} подписан на звонки предприятия ${number}.\n${tried.text}`,
        json: { enterprise: number, chat, reachable: tried.reachable, detail: tried.text },
      };
    },
  },
  {
    name: 'subscriber list',
    summary: 'Подписчики предприятия.',
    usage: '--enterprise 0367',
    options: options('enterprise'),
    run: async (context, given) => {
      const { number } = await enterpriseOf(context.pool, given);
      const rows = (await listSubscribers(context.pool, number)).map(({ bot_token: stored, ...row }) => ({
        ...row,
        bot: stored === null ? null : botOf(context, stored),
      }));
      const text = table(
        ['Чат', 'Бот', 'Включён', 'Почему выключен'],
        rows.map((row) => [
          String(row.chat),
          row.bot ?? 'предприятия',
          row.enabled ? 'да' : 'нет',
          row.disabled_reason ?? '',
        ]),
      );
      return { text: rows.length === 0 ? 'Подписчиков нет.' : text, json: rows };
    },
  },
  {
    name: 'subscriber remove',
    summary: 'Отписать чат.',
    usage: '--enterprise 0367 --chat <чат>',
    options: options('enterprise chat'),
    run: async ({ pool }, given) => {
      const { number } = await enterpriseOf(pool, given);
      const chat = readChat(required(given, 'chat'));
      const removed = await removeSubscriber(pool, number, chat);
      if (removed === 0) throw new OperatorError(`Чат ${chat} на предприятие ${number} не подписан.`);
      return { text: `Чат ${chat} отписан.`, json: { enterprise: number, chat, removed } };
    },
  },
];
