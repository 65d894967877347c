import { databaseFacts, hostClocks, missingPartitions } from '../../../../db/administrationHealth.js';
import { missingMigrations } from '../../../../db/migrate.js';
import { bad, ok, orWell, warn, type Check } from '../check.js';

const OLDEST_VERSION = 15;
/** A host's clock may differ by as much as calls take to be told. */
const HOST_CLOCK_S = 60;

export const databaseChecks: Check[] = [
  {
    name: 'База данных',
    needsDatabase: true,
    run: async ({ pool }) => {
      const facts = await databaseFacts(pool);
      if (facts === undefined) return bad('не отвечает', 'Запустите её: npm start.');
      const text = `PostgreSQL ${facts.version}, ${Math.ceil(facts.bytes / 1024 ** 2)} МБ`;
      if (facts.version >= OLDEST_VERSION) return ok(text);
      return bad(text, `Нужна версия ${OLDEST_VERSION} или новее.`);
    },
  },
  {
    name: 'Схема базы',
    needsDatabase: true,
    run: async ({ pool }) => {
      const missing = await missingMigrations(pool);
      return orWell(
        missing.length > 0 ? [bad(`не применено: ${missing.join(', ')}`, 'Выполните npm run migrate.')] : [],
        'свежая',
      );
    },
  },
  {
    name: 'Разделы журнала событий',
    needsDatabase: true,
    run: async ({ pool }) => {
      const missing = await missingPartitions(pool);
      return orWell(
        missing.length > 0
          ? [bad(`нет ${missing.join(', ')}`, 'Их делает работающее ядро; вручную: select ensure_event_partitions().')]
          : [],
        'на этот и следующий месяц есть',
      );
    },
  },
  {
    name: 'Часы',
    needsDatabase: true,
    run: async ({ pool }) => {
      await pool.query('select 1');
      const before = Date.now();
      const facts = await databaseFacts(pool);
      const middle = (before + Date.now()) / 2;
      const seconds = Math.abs((facts?.now.getTime() ?? middle) - middle) / 1_000;
      const text = `здесь и в базе расходятся на ${seconds.toFixed(1)} с`;
      if (seconds < 2) return ok(text);
      const advice = 'Включите синхронизацию времени (NTP) на обеих машинах.';
      return seconds < 30 ? warn(text, advice) : bad(text, advice);
    },
  },
  {
    name: 'Часы АТС',
    needsDatabase: true,
    run: async ({ pool }) =>
      orWell(
        (await hostClocks(pool))
          .filter(({ ahead }) => Math.abs(ahead) > HOST_CLOCK_S)
          .map(({ number, name, ahead }) =>
            warn(
              `предприятие ${number} (${name}): ${ahead > 0 ? 'спешат' : 'отстают'} на ${Math.round(Math.abs(ahead))} с`,
              'Включите синхронизацию времени (NTP) на АТС.',
            ),
          ),
        'идут верно у всех, кто звонил за сутки',
      ),
  },
];
