/** The CRMs, by the name of their service. */
export const CRMS = ['retailcrm', 'moysklad', 'uon', 'bitrix24'] as const;
export type Crm = (typeof CRMS)[number];

interface CrmFacts {
  /** As people write it. */
  title: string;
  /** Its section in `enterprises.integrations_config`. */
  section: string;
}

export const CRM_FACTS: Readonly<Record<Crm, CrmFacts>> = {
  retailcrm: { title: 'RetailCRM', section: 'retailcrm' },
  moysklad: { title: 'МойСклад', section: 'ms' },
  uon: { title: 'U-ON', section: 'uon' },
  bitrix24: { title: 'Битрикс24', section: 'bitrix24' },
};

/** The CRM of a section of `integrations_config`, e.g. `ms`. */
export const crmOfSection = (section: string): Crm | undefined =>
  CRMS.find((crm) => CRM_FACTS[crm].section === section);
