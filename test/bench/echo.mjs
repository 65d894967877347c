// What an HTTP server costs that does nothing: `node echo.mjs http|express [answer to GET]` prints its port.
import { createServer } from 'node:http';
import express from 'express';

const app = express();
app.use(express.json());
const answer = process.argv[3] === undefined ? undefined : JSON.parse(process.argv[3]);
app.get('/customer-name/:enterprise/:phone', (request, response) => response.json(answer));
app.use((request, response) => response.json(request.body));

const server = createServer(
  process.argv[2] === 'express'
    ? app
    : (request, response) => {
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          const text = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
          response.end(text);
        });
      },
);
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
