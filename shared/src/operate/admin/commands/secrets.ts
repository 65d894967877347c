import { describeSecret } from '../describeSecret.js';
import { OperatorError } from '../../../runtime/operatorError.js';
import { createSecrets } from '../../../runtime/secrets/secrets.js';
import { reseal, sealPlain } from '../../sealPlain.js';
import { options, type Command, type Context } from '../command.js';
import { required } from '../read.js';

function requireKey({ secrets }: Context): void {
  if (secrets.hasKey) return;
  throw new OperatorError(
    'SECRETS_KEY не задан. Сделайте ключ (openssl rand -hex 32), впишите его в .env и перезапустите все службы.',
  );
}

export const secretsCommands: Command[] = [
  {
    name: 'secrets encrypt',
    summary: 'Зашифровать ключом SECRETS_KEY то, что хранится открытым текстом.',
    usage: '',
    options: {},
    run: async (context) => {
      requireKey(context);
      const { changed, unreadable } = await sealPlain(context.pool, context.secrets);
      const bad = unreadable.map((secret) => `  ${describeSecret(secret)}`);
      return {
        text: [
          changed === 0 ? 'Открытым текстом ничего не хранится.' : `Зашифровано: ${changed}.`,
          ...(bad.length > 0 ? ['Зашифровано другим ключом и не читается — введите заново:', ...bad] : []),
        ].join('\n'),
        json: { changed, unreadable: unreadable.map(describeSecret) },
        ok: bad.length === 0,
      };
    },
  },
  {
    name: 'secrets rotate',
    summary: 'Перешифровать всё новым SECRETS_KEY; прежний ключ — в переменной окружения, чьё имя указано.',
    usage: '--old-key-env OLD_SECRETS_KEY',
    options: options('old-key-env'),
    run: async (context, given) => {
      requireKey(context);
      const name = required(given, 'old-key-env');
      const old = process.env[name];
      if (old === undefined || old === '') throw new OperatorError(`В переменной ${name} нет прежнего ключа.`);
      const { changed, unreadable } = await reseal(context.pool, createSecrets(old), context.secrets);
      if (unreadable.length > 0)
        throw new OperatorError(
          [
            'Ничего не изменено. Ни прежним, ни новым ключом не читается:',
            ...unreadable.map((each) => `  ${describeSecret(each)}`),
          ].join('\n'),
        );
      return { text: `Перешифровано: ${changed}. Перезапустите все службы с новым SECRETS_KEY.`, json: { changed } };
    },
  },
];
