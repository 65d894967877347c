// The least that takes events in and answers when they are committed, those that come together in one statement:
// `node store.mjs <database>` prints its port.
import { createServer } from 'node:http';
import pg from 'pg';

const WRITES = 2;
const pool = new pg.Pool({ connectionString: process.argv[2], max: WRITES });
await pool.query('create table bare_events (id bigserial primary key, raw_data jsonb not null)');
let waiting = [];
let writes = 0;

async function write() {
  if (writes === WRITES || waiting.length === 0) return;
  writes += 1;
  const batch = waiting;
  waiting = [];
  const { rows } = await pool.query({
    name: 'store',
    text: 'insert into bare_events (raw_data) select event::jsonb from unnest($1::text[]) event returning id',
    values: [batch.map(({ event }) => event)],
  });
  writes -= 1;
  for (const [place, { answer }] of batch.entries()) answer(rows[place].id);
  setImmediate(write);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const event = Buffer.concat(chunks).toString();
    JSON.parse(event);
    const answer = (id) => {
      const text = JSON.stringify({ status: 'ok', event_id: id });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    };
    waiting.push({ event, answer });
    setImmediate(write);
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
