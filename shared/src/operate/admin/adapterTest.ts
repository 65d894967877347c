import { z } from 'zod';
import { CRM_FACTS, type Crm } from '../../contracts/index.js';
import { adapterUrl, type AdminConfig } from './config.js';

const Checks = z.object({
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string(), advice: z.string().optional() })),
});
export type AdapterCheck = z.infer<typeof Checks>['checks'][number];

/** An adapter takes 15 s at most. */
const PATIENCE_MS = 20_000;

/** What the CRM's adapter finds in an enterprise's account, with the settings that are stored; never throws. */
export async function testIntegration(
  config: AdminConfig,
  { enterprise, crm, patienceMs = PATIENCE_MS }: { enterprise: string; crm: Crm; patienceMs?: number },
): Promise<AdapterCheck[]> {
  const { title } = CRM_FACTS[crm];
  const failed = (detail: string, advice: string): AdapterCheck[] => [
    { name: `Сервис ${title}`, ok: false, detail, advice },
  ];
  const url = adapterUrl(config, crm);
  try {
    const response = await fetch(`${url}/internal/${crm}/test`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(config.INTERNAL_TOKEN !== undefined && { 'x-internal-token': config.INTERNAL_TOKEN }),
      },
      body: JSON.stringify({ enterprise_number: enterprise }),
      signal: AbortSignal.timeout(patienceMs),
    });
    if (response.status === 403) return failed('не пускает', 'Задайте всем службам один INTERNAL_TOKEN.');
    if (!response.ok) return failed(`ответил ${response.status}`, `Посмотрите logs/${crm}.log.`);
    return Checks.parse(await response.json()).checks;
  } catch {
    return failed(`не отвечает (${url})`, 'Запустите службы: npm start.');
  }
}
