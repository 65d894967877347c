import { setTimeout as pause } from 'node:timers/promises';
import { CrmError, NoAnswer, type CrmAnswer } from '@live-calls/shared/runtime';
import { Attached, Upload } from './answers.js';
import type { Call } from './begin.js';
import type { Portal } from './client.js';
import { formatOf, recordingUrl, wholeSize } from './recordingFile.js';
import { createRoom } from './room.js';

/** Hands recordings over. */
export interface Attaching {
  /** Attaches the recording to the journal's entry, unless it is. @param callId CALL_ID of the entry */
  attach(context: Call, portal: Portal, callId: string): Promise<void>;
}

/** The process may hold 192 MB, and a file is there up to three times: received, put together, sent. Bytes */
const LARGEST = 24 * 1024 * 1024;
/** Up to this size it goes in the request itself: one instead of two. Bytes */
const INSIDE = 2 * 1024 * 1024;
/** A host that still writes adds to the file in this time. ms */
const STABLE = 2_000;
const TRANSFER_MS = 12_000;
const METHOD = 'telephony.externalCall.attachRecord';

const TOO_LARGE = 'Запись больше 24 МБ и в Битрикс24 не передаётся. Пусть телефония хранит записи в mp3.';
const FORMAT = 'Битрикс24 принимает только wav и mp3. Проверьте, что recordings_url компании ведёт на файлы записей.';

/** @param stableMs how long a file must not grow */
export function createAttaching(stableMs = STABLE): Attaching {
  const room = createRoom(LARGEST);

  async function attach({ call, enterprise, http }: Call, portal: Portal, callId: string) {
    const url = recordingUrl(enterprise.recordingsUrl ?? '', call.external_id);
    const ask = async (headers: Record<string, string>): Promise<CrmAnswer> => {
      try {
        return found(await http.request({ method: 'GET', url, headers, timeoutMs: TRANSFER_MS, maxBytes: LARGEST }));
      } catch (error) {
        // It is the enterprise's host that is away, not the portal.
        throw error instanceof NoAnswer ? notReady(`the recording's host: ${error.message}`) : error;
      }
    };
    const before = wholeSize(await ask({ range: 'bytes=0-0' }));
    if (before > LARGEST) throw rejected(`the recording has ${before} bytes`, TOO_LARGE);
    await pause(stableMs);
    return room.within(before, async () => {
      const file = (await ask({})).body;
      if (file.length !== before || before === 0) throw notReady('the recording is still being written');
      const format = formatOf(file);
      if (format === undefined) throw rejected('the recording is neither wav nor mp3', FORMAT);
      return send(portal, callId, `${call.external_id.replaceAll(/[^\w.-]/g, '_')}.${format}`, file);
    });
  }

  return {
    attach: async (context, portal, callId) => {
      if (context.enterprise.recordingsUrl === null || !context.call.answered) return;
      // A second file takes the place of the first.
      await context.ledger.once('attach', 'repeat', () => attach(context, portal, callId));
    },
  };
}

function found(answer: CrmAnswer): CrmAnswer {
  if (answer.status === 200 || answer.status === 206) return answer;
  throw notReady(`the recording's host answered ${answer.status}`);
}

async function send(portal: Portal, callId: string, name: string, file: Buffer): Promise<{ fileId: string | null }> {
  const named = { CALL_ID: callId, FILENAME: name };
  if (file.length <= INSIDE) {
    const parameters = { ...named, FILE_CONTENT: file.toString('base64') };
    return { fileId: (await portal.call(METHOD, parameters, Attached, { timeoutMs: TRANSFER_MS })).FILE_ID };
  }
  const { uploadUrl, fieldName } = await portal.call(METHOD, named, Upload);
  const form = new FormData();
  form.set(fieldName, new Blob([file]), name);
  return { fileId: (await portal.upload(uploadUrl, form, Attached, TRANSFER_MS)).FILE_ID };
}

const notReady = (reason: string): CrmError => new CrmError(reason, { kind: 'unavailable', onlyThis: true });
const rejected = (reason: string, advice: string): CrmError => new CrmError(reason, { kind: 'rejected', advice });
