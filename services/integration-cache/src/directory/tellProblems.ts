import type { Logger } from '@live-calls/shared/runtime';
import type { Enterprise } from './enterprise.js';

/** Says what is wrong with an enterprise's settings, once: it stays so until somebody puts it right. */
export function tellProblems(logger: Logger, { number, integrations }: Enterprise, before?: Enterprise): void {
  const known = before?.integrations.problems ?? [];
  for (const { section, problem } of integrations.problems) {
    if (known.some((one) => one.section === section && one.problem === problem)) continue;
    logger.warn('integrations_config cannot be read, the other sections work', {
      enterprise: number,
      section,
      problem,
      advice: `исправьте настройки: PUT /config/${number}/${section || '<раздел>'}`,
    });
  }
}
