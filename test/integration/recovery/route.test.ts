import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../harness/until.js';
import { createRouteStage, dialRows, ndjson, push, type Answered, type RouteStage } from './routeStage.js';

let stage: RouteStage;
afterEach(() => stage.end());

/** A request of which the test sends as much as it likes. */
function open(): ClientRequest {
  const outgoing = request(stage.url, { method: 'POST', headers: { token: stage.tenant.token } });
  outgoing.on('error', () => undefined);
  return outgoing;
}

async function answerTo(outgoing: ClientRequest): Promise<Answered> {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, report: (await json(response)) as Answered['report'] };
}

describe('POST /recovery/<enterprise>', () => {
  it('stores what is missing and answers with a report that a person understands', async () => {
    stage = await createRouteStage();
    const { token } = stage.tenant;
    const rows = dialRows(token, 3);
    const { status, report } = await push(
      stage.url,
      token,
      `${ndjson(rows)}\n${ndjson(rows.slice(0, 1)).slice(0, 40)}`,
    );
    expect(status).toBe(200);
    expect(report).toMatchObject({ complete: true, rows: 4, recovered: 3, unreadable: 1, dry_run: false });
    expect(report.text).toContain('Не хватало: 3 — восстановлены');
    expect(report.text).toContain('строка 5: строка не объект JSON');
    expect(report.text).toContain('01.10.2025 10:00:00  1759302000.0  375290000001  dial');
    expect(report.text).toContain('нет ответа за 3 с (таймаут)');
    expect(report.text).not.toContain(token);
    const again = await push(stage.url, token, ndjson(rows));
    expect(again.report).toMatchObject({ recovered: 0, arrived: 3 });
    expect(again.report.text).toContain('ИТОГ: все события на месте, восстанавливать нечего.');
    expect(await stage.stored()).toBe(3);
  });

  it('takes the request as text, as it stands in the file, or as JSON', async () => {
    stage = await createRouteStage();
    const { token } = stage.tenant;
    const rows = dialRows(token, 2);
    const asText = rows.map((row) => ({ ...row, request: JSON.stringify(row.request) }));
    await push(stage.url, token, ndjson(rows));
    expect((await push(stage.url, token, ndjson(asText))).report).toMatchObject({ recovered: 0, arrived: 2 });
  });

  it('only says what is missing when asked for a dry run', async () => {
    stage = await createRouteStage();
    const { token } = stage.tenant;
    const { report } = await push(`${stage.url}?dry_run=1`, token, ndjson(dialRows(token, 3)));
    expect(report).toMatchObject({ dry_run: true, recovered: 3 });
    expect(report.text).toContain('запустите без --dry-run');
    expect(await stage.stored()).toBe(0);
  });

  it('is for the host of that enterprise alone', async () => {
    stage = await createRouteStage();
    const body = ndjson(dialRows(stage.tenant.token, 1));
    expect((await push(stage.url, '375290000000', body)).status).toBe(401);
    expect((await push(stage.url, '', body)).status).toBe(401);
    expect((await push(`${stage.url}9`, stage.tenant.token, body)).status).toBe(401);
    expect((await fetch(stage.url)).status).toBe(405);
    expect(await stage.stored()).toBe(0);
  });

  it('is for the networks of hosts alone', async () => {
    stage = await createRouteStage({ allow: ['203.0.113.0/24'] });
    expect((await push(stage.url, stage.tenant.token, '')).status).toBe(403);
  });

  it('stores each batch before the next is read, and what came before the connection broke', async () => {
    stage = await createRouteStage({ limits: { batchRows: 10 } });
    const outgoing = open();
    outgoing.write(ndjson(dialRows(stage.tenant.token, 25)));
    outgoing.write('{"id": 26, "event": "di');
    await until('two batches are stored', async () => (await stage.stored()) === 20);
    outgoing.destroy();
    await until('the rows that had come are stored', async () => (await stage.stored()) === 25);
    const { report } = await push(stage.url, stage.tenant.token, ndjson(dialRows(stage.tenant.token, 30)));
    expect(report).toMatchObject({ recovered: 5, arrived: 25 });
  });

  it('gives up on a body that stops in the middle, and says so', async () => {
    stage = await createRouteStage({ limits: { idleMs: 1_000 } });
    const outgoing = open();
    outgoing.write(ndjson(dialRows(stage.tenant.token, 5)));
    const { status, report } = await answerTo(outgoing);
    expect(status).toBe(408);
    expect(report).toMatchObject({ complete: false, recovered: 5, problems: ['передача остановилась на полпути'] });
    expect(report.text).toContain('ИТОГ: прочитано не всё');
    expect(await stage.stored()).toBe(5);
  });

  it('takes no more than it said at once', async () => {
    stage = await createRouteStage({ limits: { rows: 20, batchRows: 10 } });
    const { token } = stage.tenant;
    const { status, report } = await push(stage.url, token, ndjson(dialRows(token, 21)));
    expect(status).toBe(413);
    expect(report).toMatchObject({ complete: false, recovered: 21 });
    expect(report.problems[0]).toContain('пришлите частями');
  });

  it('a line that is too long is left out, the others are not', async () => {
    stage = await createRouteStage();
    const { token } = stage.tenant;
    const [first, second] = dialRows(token, 2).map((row) => ndjson([row]));
    const long = `{"event": "dial", "request": "${'x'.repeat(400_000)}"}\n`;
    const { report } = await push(stage.url, token, `${first}${long}${second}`);
    expect(report).toMatchObject({ recovered: 2, unreadable: 1 });
  });

  it('answers 503 when the database is away, and everything is right when it is back', async () => {
    stage = await createRouteStage({ limits: { batchMs: 500 } });
    const { token } = stage.tenant;
    const body = ndjson(dialRows(token, 5));
    stage.network.cut();
    const away = await push(stage.url, token, body);
    expect(away.status).toBe(503);
    expect(away.report).toMatchObject({ complete: false, recovered: 0, problems: ['база данных недоступна'] });
    stage.network.restore();
    stage.network.freeze();
    expect((await push(stage.url, token, body)).status).toBe(503);
    stage.network.restore();
    await until('the database is used again', async () => (await push(stage.url, token, body)).status === 200);
    expect(await stage.stored()).toBe(5);
  });

  it('two recoveries of one enterprise at the same time store everything once', async () => {
    stage = await createRouteStage({ limits: { batchRows: 20 } });
    const { token } = stage.tenant;
    const body = ndjson(dialRows(token, 300));
    const reports = await Promise.all([1, 2, 3].map(async () => (await push(stage.url, token, body)).report));
    expect(reports.map(({ arrived, recovered }) => arrived + recovered)).toEqual([300, 300, 300]);
    expect(reports.reduce((sum, { recovered }) => sum + recovered, 0)).toBe(300);
    expect(await stage.stored()).toBe(300);
  });

  it('a core that stops ends a recovery after its batch', async () => {
    stage = await createRouteStage({ limits: { batchRows: 10 } });
    const outgoing = open();
    outgoing.write(ndjson(dialRows(stage.tenant.token, 15)));
    await until('a batch is stored', async () => (await stage.stored()) === 10);
    const answered = answerTo(outgoing);
    await stage.stopRoute();
    const { status, report } = await answered;
    expect(status).toBe(503);
    expect(report).toMatchObject({ complete: false, recovered: 15, problems: ['сервер перезапускается'] });
    expect((await push(stage.url, stage.tenant.token, '')).status).toBe(503);
  });
});
