import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DATA_DIR } from '../../../../runtime/embeddedDatabase.js';
import { bad, ok, orWell, warn, type Check, type Finding } from '../check.js';

const MB = 1024 ** 2;

/** The directory, or where it will be made. */
async function existing(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => undefined);
  const parent = dirname(directory);
  return found !== undefined || parent === directory ? directory : existing(parent);
}

async function room(what: string, directory: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await existing(directory));
  const free = (bavail * bsize) / MB;
  const text = `${what}: свободно ${free >= 1024 ? `${(free / 1024).toFixed(1)} ГБ` : `${Math.round(free)} МБ`} (${directory})`;
  if (free < 500) return bad(text, 'Освободите место: без него события не сохраняются.');
  return free < 2048 ? warn(text, 'Освободите место, пока оно не кончилось.') : ok(text);
}

export const machineChecks: Check[] = [
  {
    name: 'Место на диске',
    needsDatabase: false,
    run: ({ config }) => Promise.all([room('журналы', config.LOG_DIR), room('данные', DATA_DIR)]),
  },
  {
    name: 'Журналы',
    needsDatabase: false,
    run: async ({ config: { LOG_DIR } }) => {
      const directory = await existing(LOG_DIR);
      const isDirectory = (await stat(directory)).isDirectory();
      const isWritable = await access(directory, constants.W_OK | constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isDirectory && isWritable) return ok(`папка ${LOG_DIR} доступна для записи`);
      return bad(`в ${LOG_DIR} нельзя писать`, 'Исправьте LOG_DIR или права на эту папку.');
    },
  },
  {
    name: 'Ключ шифрования',
    needsDatabase: false,
    run: ({ secrets }) =>
      Promise.resolve(
        orWell(
          secrets.hasKey
            ? []
            : [
                warn(
                  'SECRETS_KEY не задан: токены ботов и ключи CRM хранятся открытым текстом',
                  'Впишите в .env SECRETS_KEY (openssl rand -hex 32), перезапустите службы и выполните npm run admin -- secrets encrypt.',
                ),
              ],
          'SECRETS_KEY задан',
        ),
      ),
  },
];
