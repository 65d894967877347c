import type { Answer } from '../crm/answer.js';

/** What MoySklad says, by its own numbers; `{}` is filled in. */
export const ERRORS = {
  1002: 'Неопознанный путь: {}',
  1016: 'Доступ запрещен: у вас нет прав на просмотр данного объекта',
  1021: "Объект с типом '{}' и идентификатором '{}' не найден",
  1034: "Ошибка фильтрации: '{}'",
  1037: 'Неверно указан Content-Type запроса',
  1039: 'Операция {} не поддерживается для данного ресурса',
  1049: 'Превышено ограничение на количество запросов в единицу времени',
  1051: 'Тип {} не совпадает с типом {} из meta',
  1052: 'Неверный формат UUID',
  1056: 'Ошибка аутентификации: {}',
  1062: "Неверное значение заголовка 'Accept'. Поддерживается только значение 'application/json;charset=utf-8'",
  1074: 'Сервис временно недоступен, ведутся технические работы',
  1999: 'Неизвестная ошибка',
  2001: 'Ошибка формата: входящий запрос не соответствует формату JSON',
  2005: 'Ошибка формата: входящий JSON должен начинаться либо с объекта, либо с массива',
  2009: 'Ошибка формата: запрос на создание/обновление одной сущности не должен содержать массив',
  2010: "Ошибка формата: отсутствует href для meta поля '{}'",
  2011: "Ошибка формата: отсутствует type для meta поля '{}'",
  2013: "Ошибка формата: неправильное значение href для meta поля '{}'",
  2016: "Ошибка формата: значение поля '{}' не соответствует типу {}",
  3000: "Ошибка сохранения объекта: поле '{}' не может быть пустым или отсутствовать",
  3005: "Ошибка сохранения объекта: неверное значение '{}' поля '{}'. Допустимые значения: {}",
  3006: "Ошибка сохранения объекта: нарушено ограничение уникальности параметра '{}'",
  3007: "Ошибка валидации сохраняемого объекта: '{}'",
} as const;
export type ErrorCode = keyof typeof ERRORS;

const MORE_INFO = 'https://api.moysklad.ru/api/remap/1.2/doc#обработка-ошибок-';

interface VendorError {
  error: string;
  code: ErrorCode;
  parameter?: string;
  moreInfo: string;
}

/** An error by its number, the gaps filled in their order. */
export function describeError(code: ErrorCode, ...values: readonly string[]): VendorError {
  const left = [...values];
  const error = ERRORS[code].replaceAll('{}', () => left.shift() ?? '');
  const parameter = code === 3000 ? { parameter: values[0] ?? '' } : {};
  return { error, code, ...parameter, moreInfo: `${MORE_INFO}${code}` };
}

export function failed(status: number, code: ErrorCode, ...values: readonly string[]): Answer {
  return { status, json: { errors: [describeError(code, ...values)] } };
}

/** Too many requests. @param waitMs until the next one may come */
export function overLimit(waitMs: number): Answer {
  return {
    ...failed(429, 1049),
    headers: {
      'X-RateLimit-Remaining': '0',
      'X-Lognex-Retry-TimeInterval': '3000',
      'X-Lognex-Reset': String(waitMs),
      'X-Lognex-Retry-After': String(waitMs),
    },
  };
}
