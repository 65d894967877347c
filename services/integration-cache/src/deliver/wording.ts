import { CRM_FACTS, type Crm } from '@live-calls/shared/contracts';

/** Why a delivery is dead. */
export interface Death {
  /** @see CrmOutcome for what the kinds mean */
  kind: 'configuration' | 'rejected' | 'unknown' | 'unavailable';
  error: string;
  /** What a person is to do, in Russian. */
  advice: string;
}

/** As it stands in the database: a person reads it, and its kind tells what may let the delivery live again. */
export const deadError = ({ kind, error, advice }: Death): string => `${kind}: ${error}. ${advice}`;

/** How the errors of deliveries begin that other settings may put right. */
export const OF_CONFIGURATION = 'configuration: ';

/** The section of the settings cannot be read. */
export const brokenSection = (crm: Crm, problem: string): Death => ({
  kind: 'configuration',
  error: `section ${CRM_FACTS[crm].section}: ${problem}`,
  advice: `Исправьте настройки ${CRM_FACTS[crm].title}: после сохранения звонки дойдут сами.`,
});

/** The CRM was switched off while the end of a call waited for it. */
export const switchedOff = (crm: Crm): Death => ({
  kind: 'configuration',
  error: `the section ${CRM_FACTS[crm].section} is switched off`,
  advice: `Интеграция с ${CRM_FACTS[crm].title} выключена, а звонки её ждали. Включите её и доставьте их ещё раз: npm run deliveries -- --retry --all --target ${crm}.`,
});

/** @param error of the last attempt; undefined: the CRM was down all the time */
export const triedForTooLong = (error?: string): Death => ({
  kind: 'unavailable',
  error: error === undefined ? 'the CRM took nothing for 72 hours' : `not taken for 72 hours, at last: ${error}`,
  advice: 'Проверьте CRM и её адрес в настройках, затем верните доставку в очередь.',
});

export const UNREADABLE = 'unreadable: the delivery cannot be read. Обновите все сервисы до одной версии.';

/** Of an alert while a CRM does not answer. */
export const WAITING_ADVICE =
  'Проверьте, работает ли CRM и верен ли её адрес в настройках. Звонки дойдут сами, когда она ответит.';

/** Of an alert while a CRM answers nothing but that it wants fewer requests. */
export const LIMITED_ADVICE =
  'CRM отвечает только, что запросов слишком много. Проверьте, работает ли она и не исчерпан ли лимит ключа другой программой. Звонки дойдут сами, когда она начнёт их принимать.';
