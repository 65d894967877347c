import { CRM_FACTS, isSealed, readIntegrations } from '../../../../contracts/index.js';
import { activeSettings } from '../../../../db/administrationHealth.js';
import { findSecrets } from '../../../../db/administrationSecrets.js';
import { SecretUnreadable } from '../../../../runtime/secrets/secrets.js';
import { testIntegration } from '../../adapterTest.js';
import { describeSecret } from '../../describeSecret.js';
import { bad, ok, orWell, some, warn, type Check } from '../check.js';
import { inParallel } from '../inParallel.js';

const AT_ONCE = 6;
const PATIENCE_MS = 15_000;

export const integrationChecks: Check[] = [
  {
    name: 'Настройки CRM',
    needsDatabase: true,
    run: async ({ pool }) =>
      orWell(
        (await activeSettings(pool)).flatMap(({ number, name, config }) =>
          readIntegrations(config).problems.map(({ section, problem }) =>
            bad(
              `предприятие ${number} (${name}): раздел «${section || 'integrations_config'}» не читается: ${problem}`,
              `Исправьте: npm run admin -- integration set --enterprise ${number} --crm ${section || '…'}.`,
            ),
          ),
        ),
        'читаются',
      ),
  },
  {
    name: 'Подключения к CRM',
    needsDatabase: true,
    withinMs: 60_000,
    run: async ({ pool, config: settings }) => {
      const enabled = (await activeSettings(pool)).flatMap(({ number, name, config }) =>
        readIntegrations(config).enabled.map((crm) => ({ number, name, crm })),
      );
      const found = await inParallel(enabled, AT_ONCE, async ({ number, name, crm }) => {
        const checks = await testIntegration(settings, { enterprise: number, crm, patienceMs: PATIENCE_MS });
        const of = `предприятие ${number} (${name}), ${CRM_FACTS[crm].title}`;
        const failed = checks.filter((check) => !check.ok);
        return failed.length === 0
          ? [ok(`${of}: работает`)]
          : failed.map((check) =>
              bad(`${of}: ${check.name} — ${check.detail}`, check.advice ?? 'Исправьте настройки CRM.'),
            );
      });
      return orWell(found.flat(), 'ни одна CRM не включена');
    },
  },
  {
    name: 'Секреты',
    needsDatabase: true,
    run: async ({ pool, secrets }) => {
      const all = await findSecrets(pool);
      const unreadable = all.filter(({ stored }) => {
        try {
          secrets.open(stored);
          return false;
        } catch (error) {
          if (error instanceof SecretUnreadable) return true;
          throw error;
        }
      });
      const plain = all.filter(({ stored }) => !isSealed(stored));
      return orWell(
        [
          ...(unreadable.length > 0
            ? [
                bad(
                  `не читаются: ${some(unreadable.map(describeSecret))}`,
                  'Верните прежний SECRETS_KEY или введите их заново (enterprise edit --bot-token -, integration set).',
                ),
              ]
            : []),
          ...(plain.length > 0 && secrets.hasKey
            ? [
                warn(
                  `открытым текстом: ${some(plain.map(describeSecret))}`,
                  'Зашифруйте: npm run admin -- secrets encrypt.',
                ),
              ]
            : []),
        ],
        secrets.hasKey ? 'зашифрованы' : 'читаются',
      );
    },
  },
];
