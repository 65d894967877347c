import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveFixtures } from '../fixtures/fixtures.js';
import { commandsOf } from '../harness/documentedCommands.js';
import { post } from '../harness/host.js';
import { install, type Installation } from '../harness/installation.js';
import { until } from '../harness/until.js';
import { loggedAt, writeHostLog } from '../integration/recovery/hostLogFile.js';

/** How each command of the guide begins, and a distinctive piece of what it prints, in the guide's order. */
const EXPECTED: readonly (readonly [begin: string, output: RegExp])[] = [
  ['npm run --silent sql -- "select number, name', /^0367 +june +t +t$/m],
  ['export PM2_HOME', /^$/],
  ['npm start', /integration-cache +http:\/\/127\.0\.0\.1:\d+ +running/],
  ['npx pm2 list', /core +│ live-calls.*online/],
  ['curl -s http://127.0.0.1:8000/health', /"status":"ok"/],
  ['curl -s http://127.0.0.1:8020/health', /"cache_size":1,"database_connected":true/],
  ['npm run --silent admin -- doctor', /(Всё хорошо|Плохо: 0; .*)\.$/m],
  ['npm run --silent emulate', /✓ Всё как должно быть\./],
  ['npm run --silent admin -- enterprise edit', /0367/],
  ['tail -f logs/0367.log', /call final uniqueId=/],
  ['tail -f logs/app.log', /call final enterprise=0367/],
  ['tail -f logs/access.log', /access: method=POST path=\/\w+ status=200/],
  ['tail -f logs/call_tester_events.log', /📊 Response Status: 200/],
  ['grep "1757484617.40"', /app\.log:.* event stored event=hangup .*\n(.*\n)*.*0367\.log:.*UniqueId: 1757484617\.40/],
  ['grep "375293332255"', /event stored event=\w+ token=375293332255/],
  ['grep -A 1', /🧪 TEST EVENT: hangup\n.* Token: 375293332255, UniqueId: /],
  ['grep "customer_name', /customer_name="Иванов Иван Иванович" full_name="/],
  ['grep -A 10 "🚀 EMULATION"', /📥 EMULATION RESPONSE for hangup/],
  ['grep -hE', /^.* event of an unknown token kept .*\n$/],
  ['grep -c "🧪 TEST EVENT"', /^\d\d+$/m],
  ['grep "🧪 TEST EVENT:"', /^ +2 hangup$/m],
  ['grep -c "📥 EMULATION RESPONSE"', /^1\d$/m],
  ['grep "event stored"', /^.* ingest: event stored event=hangup .*\n$/],
  ['grep "telegram: telegram"', /^.* telegram enterprise=0367 .* outcome=ok\n$/],
  ['grep "dispatch: call event"', /^.* call event enterprise=0367 crm=\w+ .* outcome=done/],
  ['grep "📊 Event Data:"', /"CallStatus":"2"/],
  ['tail -50', /📥 EMULATION RESPONSE for hangup\n$/],
  ['cat /dev/null > logs/0367.log', /^$/],
  ['cat /dev/null > logs/call_tester_events.log', /^$/],
  ['select id, event_type', /start .*\n(.*\n)*.*hangup /],
  ['select token, count', /37529000xxxx +1 /],
  ['select enterprise_number, id, event_type, process_error', /\(строк: 0\)/],
  ['select state, started_at', /final .* incoming +\+375290000010/],
  ['select call_type', /0 +2 +\+375290000010 +158 .* live/],
  ['select tg_id, wanted_kind', /1001 +final .*✅ Завершен/],
  ['select id, target, state', /\(строк: \d\)/],
  ['select tg_id, disabled_reason', /\(строк: 0\)/],
  ['curl -s http://127.0.0.1:8020/stats', /"hits":\d+.*"cache_size":1,.*"hit_rate_percent":/],
  ['curl -s -X POST http://127.0.0.1:8020/cache/refresh', /^\{"success":true,"cache_size":1\}$/],
  ['curl -s -X POST http://127.0.0.1:8020/cache/invalidate/0367', /^\{"success":true,"enterprise_number":"0367"\}$/],
  ['curl -s http://127.0.0.1:8020/customer-name', /^\{"name":"Иванов Иван Иванович"\}$/],
  ['curl -s http://127.0.0.1:8020/customer-profile', /"last_name":"Иванов".*"source":"retailcrm"/],
  ['curl -s http://127.0.0.1:8020/responsible-extension', /^\{"extension":"150"\}$/],
  ['curl -s http://127.0.0.1:8020/integrations', /"retailcrm":true,.*"uon":true/],
  ['curl -s http://127.0.0.1:8020/config/0367', /"api_key":"\*\*\*/],
  ['curl -s http://127.0.0.1:8020/metadata/0367/manager/150', /"full_name":"Петров Пётр Петрович"/],
  ['grep -E "(ERROR|WARNING|📊|🔄)"', /🔄 enterprises read enterprises=1/],
  ['update enterprises', /UPDATE: 1/],
  ["select integrations_config -> 'smart'", /^uon$/m],
  ['curl -s http://127.0.0.1:8020/config/0367/smart', /"config":\{"primary":"uon"\}/],
  ['npm run --silent admin -- integration primary', /retailcrm/i],
  ['npm run --silent admin -- integration test', /✓ .*\n/],
  ['select target, state', /retailcrm +done/],
  ['select crm, event_type', /retailcrm +hangup +1 +200 /],
  ['select crm, failures', /retailcrm +0 /],
  ['select enterprise_number, max', /^0367 +\S+ \S+ +\d+$/m],
  ['select count(*) as waiting', /^0$/m],
  ['select count(*) as set_aside', /^0$/m],
  ['select count(*) as behind', /^0$/m],
  ['curl -s http://127.0.0.1:8020/stats | grep', /^"cache_size":1$/m],
  ['npm run --silent sql -- "select count(*)', /^1$/m],
  ['select enterprise_number, crm, failures', /\(строк: 0\)/],
  ['npm run --silent deliveries -- --dead', /^Таких нет: /],
  ['npm run --silent deliveries -- --retry --all', /^Таких нет: /],
  ['df -h', /%/],
  ['du -sh logs', /^\S+\s+logs$/m],
  ["watch -n 2 'curl", /"cache_size":1/],
  ["watch -n 5 'npx pm2 list'", /online/],
  ['curl -sf -m 5 http://127.0.0.1:8020/stats', /^$/],
  ['curl -sf -m 5 http://127.0.0.1:8000/health', /^$/],
  ['npx pm2 restart integration-cache', /\[integration-cache\]\(\d+\) ✓/],
  ['npx pm2 restart core', /\[core\]\(\d+\) ✓/],
  ['npx pm2 stop retailcrm', /retailcrm .* stopped /],
  ['npx pm2 start retailcrm', /retailcrm .* online /],
  ['npx pm2 logs core', /core\.log last 20 lines/],
  ['npm run --silent recover', /будут восстановлены/],
  ['npm run --silent recover', /ИТОГ: всё восстановлено\./],
  ['npm run --silent replay -- --call 1757484617.40 --dry-run', /1757484617\.40/],
  ['npm run --silent replay -- --call 1757484617.40', /1757484617\.40/],
  ['npm run --silent replay -- --call 1757484617.40 --target telegram', /1757484617\.40/],
];

const COMMANDS = commandsOf(readFileSync(new URL('../../docs/otladka.md', import.meta.url), 'utf8'));

let place: Installation;
let exports = '';

beforeAll(async () => {
  place = await install();
  await place.must('npm start');
  const call = liveFixtures.find(({ name }) => name === 'real_incoming_answered')?.events ?? [];
  const core = (): string => place.here('http://127.0.0.1:8000');
  const stranger = { event: 'start', offset_ms: 0, body: { Token: '37529000xxxx', UniqueId: '1.1' } };
  await post([...call, stranger], { core });
  const lost = liveFixtures.find(({ name }) => name === 'outgoing_answered')?.events ?? [];
  await writeHostLog(
    join(place.directory, 'Listen_AMI_2025-10-01.db'),
    loggedAt(new Date('2025-10-01T09:00:00Z'), lost),
  );
});
afterAll(() => place.remove());

describe('docs/otladka.md', () => {
  it('has an expectation for every command', () => {
    expect(EXPECTED.map(([begin], index) => COMMANDS[index]?.text.startsWith(begin) === true || begin)).toEqual(
      COMMANDS.map(() => true),
    );
  });

  it.each(COMMANDS.map(({ kind, text }, index) => [text.split('\n', 1)[0] ?? '', kind, text, index] as const))(
    '%s',
    async (_begin, kind, text, index) => {
      const wanted = EXPECTED[index]?.[1] ?? /^never$/;
      const command = kind === 'sql' ? `node shared/dist/operate/sql/main.js "${text}"` : place.here(text);
      if (text.startsWith('export ')) exports += `${text}; `;
      const { code, output } = await place.run(exports + command, kind === 'interactive' ? { enough: wanted } : {});
      expect(output).toMatch(wanted);
      if (kind !== 'interactive') expect(code, output).toBe(0);
    },
  );

  it('has an alert that speaks when the cache is empty, and when nobody answers', async () => {
    const alert = COMMANDS.find(({ text }) => text.includes('кеш 8020 пуст'))?.text ?? '';
    await place.must('npm run --silent admin -- enterprise disable --enterprise 0367');
    await until('the alert speaks', async () => (await place.run(place.here(alert))).output.includes('ВНИМАНИЕ'));
    await place.must('npm run --silent admin -- enterprise enable --enterprise 0367');
    await until('the alert is silent', async () => (await place.run(place.here(alert))).output === '');
    await place.must(`${exports} npx pm2 stop integration-cache`);
    expect((await place.run(place.here(alert))).output).toContain('ВНИМАНИЕ: кеш 8020 пуст или не отвечает');
  });
});
