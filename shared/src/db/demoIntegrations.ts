/** Managers of the demo company by their numbers in the sandboxes of RetailCRM, U-ON and Bitrix24. */
const EXTENSIONS = {
  retailcrm: { '11': '150', '12': '151', '13': '152' },
  uon: { '21': '150', '22': '151', '23': '152' },
  bitrix24: { '31': '150', '32': '151', '33': '152' },
};

/**
 * The demo company's `integrations_config`: made-up accounts in the emulator's sandboxes, all of them switched on.
 *
 * @param sandbox address of the sandboxes, e.g. `http://127.0.0.1:8025/sandbox`
 */
export function demoIntegrations(sandbox: string) {
  return {
    retailcrm: {
      enabled: true,
      domain: `${sandbox}/retailcrm`,
      api_key: 'demo-retailcrm-key',
      user_extensions: EXTENSIONS.retailcrm,
      default_user_id: 11,
    },
    ms: {
      enabled: true,
      phone_api_url: `${sandbox}/moysklad/api/phone/1.0`,
      api_url: `${sandbox}/moysklad/api/remap/1.2`,
      integration_code: 'demo-moysklad-phone',
      api_token: 'demo-moysklad-token',
      employee_mapping: {
        '150': { employee_id: '00000000-0000-4000-8e00-000000000001', name: 'Петров Пётр' },
        '151': { employee_id: '00000000-0000-4000-8e00-000000000002', name: 'Иванов Иван' },
        '152': { employee_id: '00000000-0000-4000-8e00-000000000003', name: 'Сидорова Анна' },
      },
    },
    uon: {
      enabled: true,
      api_url: `${sandbox}/uon`,
      api_key: 'demo-uon-key',
      user_extensions: EXTENSIONS.uon,
    },
    bitrix24: {
      enabled: true,
      incoming_webhook: `${sandbox}/bitrix24/rest/31/demo-bitrix24-code/`,
      user_extensions: EXTENSIONS.bitrix24,
      default_user_id: 31,
      crm_create: false,
      record_after_seconds: 1,
    },
    smart: { primary: 'retailcrm' },
  };
}
