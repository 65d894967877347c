import { botsInUse, disabledSubscribers, withoutBot, withoutSubscribers } from '../../../../db/administrationHealth.js';
import { SecretUnreadable } from '../../../../runtime/secrets/secrets.js';
import { askBot, shownBot } from '../../bot.js';
import type { Context } from '../../command.js';
import { bad, ok, orWell, some, warn, type Check, type Finding } from '../check.js';
import { inParallel } from '../inParallel.js';

const AT_ONCE = 8;

async function checkBot(
  { config, secrets }: Context,
  { stored, enterprises }: { stored: string; enterprises: string[] },
): Promise<Finding> {
  const of = `предприятия ${some(enterprises)}`;
  let token: string;
  try {
    token = secrets.open(stored);
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
    return bad(
      `токен бота не читается: ${of}`,
      'Верните прежний SECRETS_KEY или введите токен заново: enterprise edit --bot-token -.',
    );
  }
  const me = await askBot(config.TELEGRAM_API_ROOT, token, 'getMe');
  if (me.ok) return ok(`@${String(me.result['username'])} (${shownBot(token)}), ${of}`);
  return bad(
    `${shownBot(token)}, ${of}: ${me.reason}`,
    me.status === null
      ? `Проверьте сеть и TELEGRAM_API_ROOT (${config.TELEGRAM_API_ROOT}).`
      : 'Возьмите у @BotFather верный токен: npm run admin -- enterprise edit --bot-token -.',
  );
}

export const telegramChecks: Check[] = [
  {
    name: 'Боты',
    needsDatabase: true,
    withinMs: 30_000,
    run: async (context) =>
      orWell(
        await inParallel(await botsInUse(context.pool), AT_ONCE, (bot) => checkBot(context, bot)),
        'ботов ни у кого нет',
      ),
  },
  {
    name: 'Подписчики',
    needsDatabase: true,
    run: async ({ pool }) => {
      const [nobody, noBot, disabled] = await Promise.all([
        withoutSubscribers(pool),
        withoutBot(pool),
        disabledSubscribers(pool),
      ]);
      return orWell(
        [
          ...noBot.map(({ number, name }) =>
            bad(
              `предприятие ${number} (${name}): подписчики есть, бота нет`,
              `Введите токен: npm run admin -- enterprise edit --enterprise ${number} --bot-token -.`,
            ),
          ),
          ...nobody.map(({ number, name }) =>
            warn(
              `предприятие ${number} (${name}): подписчиков нет, о звонках никто не узнает`,
              `Добавьте: npm run admin -- subscriber add --enterprise ${number} --chat <чат>.`,
            ),
          ),
          ...disabled.map(({ number, name, chat, reason }) =>
            warn(
              `предприятие ${number} (${name}): чат ${chat} выключен (${reason ?? 'вручную'})`,
              `Пустите бота в чат, затем npm run admin -- subscriber add --enterprise ${number} --chat=${chat}; или subscriber remove.`,
            ),
          ),
        ],
        'есть у всех, и все включены',
      );
    },
  },
];
