import { isSamePhone } from './phones.js';

/** Someone whom every sandbox knows, and by which number it knows them. */
export interface Person {
  n: number;
  lastName: string;
  firstName: string;
  middleName: string;
}

export interface Manager extends Person {
  extension: string;
}

export interface Customer extends Person {
  /** E.164. */
  phone: string;
  company: string | null;
  /** Extension of the manager who is responsible. */
  manager: string;
}

/** The managers of the demo company. */
export const MANAGERS: readonly Manager[] = [
  { n: 1, extension: '150', lastName: 'Петров', firstName: 'Пётр', middleName: 'Петрович' },
  { n: 2, extension: '151', lastName: 'Иванов', firstName: 'Иван', middleName: 'Иванович' },
  { n: 3, extension: '152', lastName: 'Сидорова', firstName: 'Анна', middleName: 'Сергеевна' },
];

/** Made-up customers: with a company, without one, and with signs in the name that formats have to escape. */
export const CUSTOMERS: readonly Customer[] = [
  {
    ...{ n: 1, phone: '+375290000001', lastName: 'Иванов', firstName: 'Иван', middleName: 'Иванович' },
    ...{ company: 'ООО Ромашка', manager: '150' },
  },
  {
    ...{ n: 2, phone: '+375290000002', lastName: 'Петрова', firstName: 'Мария', middleName: 'Сергеевна' },
    ...{ company: null, manager: '151' },
  },
  {
    ...{ n: 3, phone: '+375290000003', lastName: 'Сидоров', firstName: 'Олег', middleName: '' },
    ...{ company: 'ЗАО "Лён & Ко"', manager: '152' },
  },
];

export function findCustomer(phone: string): Customer | undefined {
  return CUSTOMERS.find((customer) => isSamePhone(customer.phone, phone));
}

export function findManager(extension: string): Manager | undefined {
  return MANAGERS.find((manager) => manager.extension === extension);
}

/** «Фамилия Имя Отчество». */
export function fullName({ lastName, firstName, middleName }: Person): string {
  return [lastName, firstName, middleName].filter((part) => part !== '').join(' ');
}
