import { z } from 'zod';
import { CRMS } from '../../../../contracts/index.js';
import { urlOf } from '../../../apps.js';
import { adapterUrl, type AdminConfig } from '../../config.js';
import { bad, ok, warn, type Check, type Finding } from '../check.js';

const Health = z.object({ status: z.string(), service: z.string(), failed: z.array(z.string()).default([]) });

interface Service {
  name: string;
  url: string;
  /** Where its port is set. */
  variable: string;
}

const PATIENCE_MS = 4_000;

async function health({ name, url, variable }: Service): Promise<Finding> {
  const log = `logs/process/${name}.log`;
  const isNeeded = name !== 'emulator';
  let response: Response;
  try {
    response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    const detail = `${name} не отвечает (${url})`;
    if (!isNeeded) return warn(detail, 'Нужен только для проверок; запустить его: npm start.');
    return bad(detail, `Запустите службы: npm start. Если не поднимается — посмотрите ${log}.`);
  }
  const body = Health.safeParse(await response.json().catch(() => undefined));
  if (!body.success || body.data.service !== name)
    return bad(`${name}: порт занят другой программой (${url})`, `Освободите порт или смените ${variable}.`);
  if (response.ok) return ok(`${name} работает`);
  const what = body.data.failed.join(', ') || body.data.status;
  return bad(`${name} отвечает ${response.status}: ${what}`, `Посмотрите ${log}; чаще всего недоступна база данных.`);
}

function services(config: AdminConfig): Service[] {
  const { INTEGRATION_CACHE_URL: cacheUrl, INTERNAL_HOST: host } = config;
  return [
    { name: 'core', url: urlOf({ host: config.CORE_HOST, port: config.CORE_PORT }), variable: 'CORE_PORT' },
    {
      name: 'integration-cache',
      url: cacheUrl ?? urlOf({ host, port: config.INTEGRATION_CACHE_PORT }),
      variable: 'INTEGRATION_CACHE_PORT',
    },
    ...CRMS.map((crm) => ({ name: crm, url: adapterUrl(config, crm), variable: `${crm.toUpperCase()}_PORT` })),
    { name: 'emulator', url: urlOf({ host: '127.0.0.1', port: config.EMULATOR_PORT }), variable: 'EMULATOR_PORT' },
  ];
}

export const serviceChecks: Check[] = [
  { name: 'Службы и порты', needsDatabase: false, run: ({ config }) => Promise.all(services(config).map(health)) },
];
