export { EnterpriseNumber, Extension, Phone, Token, UniqueId } from './ids.js';
export { CRM_FACTS, CRMS, crmOfSection, type Crm } from './crms.js';
export { masked, stillMasked, withStoredSecrets } from './maskedSection.js';
export { isSealed, sealedPart, sealedText } from './sealed.js';
export { ClientProfile, displayName } from './clientProfile.js';
export { CallView, CrmCallEvent, CrmOutcome, DispatchedEvent } from './callEvent.js';
export {
  objectOf,
  readIntegrations,
  recordAfterMs,
  SECRET_FIELDS,
  SECTIONS,
  sentence,
  type Integrations,
  type Section,
} from './integrations.js';
