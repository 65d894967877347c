import { randomUUID } from 'node:crypto';
import type { Answer } from '../crm/answer.js';
import type { Exchange } from '../crm/exchange.js';
import { done, failed, refuse } from './answers.js';
import { check, inputOf, isGiven, textOf } from './input.js';
import type { Call, Portal } from './portal.js';
import { AttachRecord } from './shapes.js';

const METHOD = 'telephony.externalCall.attachRecord';

/** Adds the recording to a finished call: as base64, or through an address of its own. A second one replaces it. */
export function attachRecord(portal: Portal, exchange: Exchange): Answer {
  const input = inputOf(exchange);
  check(exchange, METHOD, AttachRecord, input);
  const { FILENAME: name, FILE_CONTENT: content, RECORD_URL: url } = input;
  const call = portal.calls.get(textOf(input['CALL_ID']));
  if (name === undefined && !isGiven(url)) {
    throw refuse('Required parameters are not set. Request should contain or URL or FILENAME parameter');
  }
  if (call?.finished === undefined) {
    throw refuse('Call is not found in the statistic table. Looks like it is not finished yet.');
  }
  if (isGiven(url)) {
    exchange.violate(`${METHOD}: RECORD_URL портал скачивает один раз и без повторов, лучше передать файл.`);
    return keep(portal, exchange, call, textOf(url).split('/').at(-1) ?? '');
  }
  const file = textOf(name);
  if (file === '') throw refuse('File name is empty');
  if (!/\.(wav|mp3)$/i.test(file)) {
    exchange.violate(`${METHOD}: файл «${file}» не подходит, принимаются только wav и mp3.`);
    throw refuse('Wrong file extension. Only wav and mp3 are allowed');
  }
  if (content === undefined) return uploadAddress(portal, exchange, call, file);
  const problem = contentProblem(textOf(content));
  if (problem !== undefined) {
    exchange.violate(`${METHOD}: FILE_CONTENT пуст или не в base64.`);
    throw refuse(problem);
  }
  return keep(portal, exchange, call, file);
}

function contentProblem(content: string): string | undefined {
  if (content === '') return 'File content is empty.';
  const isBase64 = content.length % 4 === 0 && /^[A-Za-z\d+/]+={0,2}$/.test(content);
  return isBase64 ? undefined : 'File content is not properly encoded. Base64 encoding is expected.';
}

function uploadAddress(portal: Portal, exchange: Exchange, { callId }: Call, name: string): Answer {
  const token = randomUUID();
  portal.uploads.set(token, { callId, name });
  const base = exchange.path.replace(/\/[^/]*$/, '');
  return done(exchange, { uploadUrl: `${exchange.origin}${base}/upload.json?token=${token}`, fieldName: 'file' });
}

/** Takes the file that was announced by its name. */
export function upload(portal: Portal, exchange: Exchange): Answer {
  const announced = portal.uploads.get(textOf(exchange.query['token']));
  const call = announced === undefined ? undefined : portal.calls.get(announced.callId);
  if (announced === undefined || call === undefined) {
    exchange.violate('upload: такого адреса для загрузки портал не выдавал.');
    return failed(403, 'ACCESS_DENIED', 'Upload token is not valid');
  }
  exchange.about(call.phone);
  if (exchange.contentType !== 'multipart/form-data' || !/name="?file"?[;\r]/.test(exchange.body.toString('latin1'))) {
    exchange.violate('upload: нужна форма multipart/form-data с файлом в поле file.');
    return failed(400, 'ERROR_CORE', 'File content is empty.');
  }
  return keep(portal, exchange, call, announced.name);
}

function keep(portal: Portal, exchange: Exchange, call: Call, name: string): Answer {
  call.record = { fileId: portal.nextId(), name };
  call.at = new Date(exchange.now).toISOString();
  return done(exchange, { FILE_ID: call.record.fileId });
}
