/** The CRMs that are stood in for, as addresses and configuration name them. */
export const CRM_NAMES = ['retailcrm', 'moysklad', 'uon', 'bitrix24'] as const;
export type CrmName = (typeof CRM_NAMES)[number];
