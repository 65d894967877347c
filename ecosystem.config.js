// CommonJS: pm2 cannot read an ES module. Works with `npm start`, and with a pm2 of your own after `npm run build`.
const { existsSync, readFileSync } = require('node:fs');
const { isAbsolute, join } = require('node:path');
const { parseEnv } = require('node:util');

/** Every service: its program is services/<name>/dist/main.js, its port the variable <NAME>_PORT. */
const SERVICES = [
  { name: 'core', maxMemory: '512M' },
  { name: 'integration-cache', maxMemory: '256M' },
  { name: 'retailcrm', maxMemory: '256M' },
  { name: 'moysklad', maxMemory: '192M' },
  { name: 'uon', maxMemory: '192M' },
  { name: 'bitrix24', maxMemory: '192M' },
  { name: 'emulator', maxMemory: '256M' },
];

const file = join(__dirname, '.env');
const variables = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
const logs = variables.LOG_DIR || './logs';
const logDirectory = join(isAbsolute(logs) ? logs : join(__dirname, logs), 'process');

const common = (name) => ({
  name,
  namespace: 'live-calls',
  cwd: __dirname,
  // What a process says outside its own log, such as why it could not start.
  out_file: join(logDirectory, `${name}.log`),
  error_file: join(logDirectory, `${name}.log`),
  log_date_format: 'YYYY-MM-DD HH:mm:ss',
  merge_logs: true,
  wait_ready: true,
  listen_timeout: 10_000,
  // A drain takes up to 10 s for requests and as long for background work.
  kill_timeout: 30_000,
  exp_backoff_restart_delay: 500,
  // Signals go to the process alone: services have no children, and PostgreSQL's are its own affair.
  treekill: false,
  vizion: false,
});

const postgres = {
  ...common('postgres'),
  script: join(__dirname, 'shared/dist/operate/postgres/main.js'),
};

const services = SERVICES.map(({ name, maxMemory }) => ({
  ...common(name),
  script: join(__dirname, `services/${name}/dist/main.js`),
  max_memory_restart: maxMemory,
}));

module.exports = { apps: variables.DATABASE_URL ? services : [postgres, ...services] };
