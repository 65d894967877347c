import type { Check } from '@live-calls/shared/runtime';
import type { Employee } from './answers.js';
import type { Settings } from './users.js';

const NAME = 'Сотрудники и внутренние номера';

/**
 * Whose calls would be refused or put down to somebody else.
 *
 * @param employees those of the portal whose ids are in the settings
 */
export function employeesCheck({ user_extensions, default_user_id }: Settings, employees: readonly Employee[]): Check {
  const wanted = [...Object.keys(user_extensions), ...(default_user_id ? [String(default_user_id)] : [])];
  const strangers = wanted.filter((id) => !employees.some((employee) => employee.ID === id && works(employee)));
  if (strangers.length > 0)
    return {
      ...{
        name: NAME,
        ok: false,
        detail: `на портале нет работающих сотрудников с id ${[...new Set(strangers)].join(', ')}`,
      },
      advice: 'Исправьте user_extensions и default_user_id в разделе bitrix24: слева id сотрудника, справа его номер.',
    };
  const extensions = Object.values(user_extensions);
  const twice = extensions.filter((extension, index) => extensions.indexOf(extension) !== index);
  if (twice.length > 0)
    return {
      ...{ name: NAME, ok: false, detail: `один номер у нескольких сотрудников: ${[...new Set(twice)].join(', ')}` },
      advice: 'Оставьте каждый внутренний номер у одного сотрудника: звонок достаётся первому из них.',
    };
  if (extensions.length === 0)
    return {
      ...{ name: NAME, ok: false, detail: 'user_extensions пуст: карточку звонка никто не увидит' },
      advice: 'Заполните user_extensions в разделе bitrix24: id сотрудника и его внутренний номер.',
    };
  const rest = default_user_id ? `, остальные звонки на ${default_user_id}` : '';
  return { name: NAME, ok: true, detail: `внутренние номера: ${extensions.toSorted().join(', ')}${rest}` };
}

const works = ({ ACTIVE }: Employee): boolean => ![false, 'N', 'false', '0'].includes(ACTIVE ?? true);
