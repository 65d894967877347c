export { healthRoute } from './health.js';
export { OperatorError } from './operatorError.js';
export { readConfig } from './readConfig.js';
export { runService, type StartedService } from './runService.js';
export { settings } from './settings.js';
export { createLogger, type Logger, type ServiceLogger } from './logger.js';
export { factsAsText, logTime, oneLine, withoutBotTokens, type Facts } from './logLine.js';
export { createRotatingFile, type RotatingFile } from './rotatingFile.js';
export {
  createDeliveryWorker,
  type Delivery,
  type DeliveryWorker,
  type DeliveryWorkerOptions,
} from './deliveryWorker.js';
export { createAccessLog, type AccessEntry, type AccessLog } from './accessLog.js';
export { createAllowList } from './allowList.js';
