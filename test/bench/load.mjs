// Posts what a file holds, as cheaply as it can, so that what is measured is the server: `node load.mjs file`.
// The file: {port, runMs, perSecond, connections: [[HTTP request, …], …]}; perSecond null: one after the other.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const { port, runMs, perSecond, connections } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const LENGTH = Buffer.from('ontent-length: ');
const times = [];
let refused = 0;

const clients = await Promise.all(connections.map((requests) => open(requests.map((text) => Buffer.from(text)))));
const cpuBefore = process.cpuUsage();
const begun = performance.now();
await Promise.all(clients.map((client, place) => client.run(place)));
const seconds = (performance.now() - begun) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(`${JSON.stringify({ seconds, refused, times, cpuSeconds: (user + system) / 1_000_000 })}\n`);

async function open(requests) {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  let next = 0;
  let at = 0;
  let done;
  let rest = null;

  function post() {
    if (performance.now() - begun > runMs || next >= requests.length) {
      done();
      return;
    }
    at = performance.now();
    socket.write(requests[next]);
    next += 1;
  }

  /** The place of the request in the whole load says when it is due. */
  function postWhenDue(place) {
    if (perSecond === null) {
      post();
      return;
    }
    const due = begun + ((next * connections.length + place) / perSecond) * 1_000;
    const wait = due - performance.now();
    if (wait <= 0) post();
    else setTimeout(post, wait);
  }

  return {
    run: (place) =>
      new Promise((resolve) => {
        done = () => {
          socket.destroy();
          resolve();
        };
        socket.on('error', done);
        socket.on('close', done);
        socket.on('data', (chunk) => {
          rest = rest === null ? chunk : Buffer.concat([rest, chunk]);
          const head = rest.indexOf(END_OF_HEAD);
          if (head < 0) return;
          const length = rest.indexOf(LENGTH);
          const size =
            length < 0 || length > head ? 0 : Number.parseInt(rest.latin1Slice(length + LENGTH.length, head), 10);
          if (rest.length < head + END_OF_HEAD.length + size) return;
          if (rest[9] === 0x32) times.push(performance.now() - at);
          else refused += 1;
          rest = null;
          postWhenDue(place);
        });
        postWhenDue(place);
      }),
  };
}
