/** A request as the sandbox wrote it down. */
export interface SeenRequest {
  endpoint: string;
  body: unknown;
  /** Null: it was left without an answer. */
  status: number | null;
  answer: unknown;
  fault?: string;
}

interface Step {
  kind: 'card' | 'hangup' | 'upload';
  phone: string;
  /** As it was sent. */
  text: string;
  /** Of an upload. */
  externalId: string;
  /** Of an upload: how many calls were written down because of it, as far as anybody was told. */
  stored: number;
}

/** RetailCRM did what it was asked, whether or not it said so. */
const isDone = ({ status, fault }: SeenRequest): boolean => status === 200 || fault === 'accept_timeout';

/**
 * Judges what RetailCRM was asked, oldest first: each call written down once, repetitions word for word, and no card
 * after the end of its call. Cards name the client's phone only: those of a client of several calls are not looked at.
 */
export function judgeRetailcrm(requests: readonly SeenRequest[]): string[] {
  const steps = requests.filter(isDone).flatMap(stepsOf);
  const said: string[] = [];
  const uploads = steps.filter(({ kind }) => kind === 'upload');
  for (const [id, own] of grouped(uploads, ({ externalId }) => externalId)) {
    const stored = own.reduce((sum, each) => sum + each.stored, 0);
    if (stored > 1) said.push(`${id}: it was written down ${stored} times`);
    said.push(...differing(id, own));
  }
  for (const [phone, own] of grouped(steps, ({ phone }) => phone)) {
    if (new Set(own.flatMap(({ externalId }) => externalId || [])).size > 1) continue;
    const end = own.findIndex(({ kind }) => kind !== 'card');
    if (end >= 0 && own.slice(end).some(({ kind }) => kind === 'card')) said.push(`${phone}: a card after the end`);
    said.push(
      ...differing(
        phone,
        own.filter(({ kind }) => kind === 'hangup'),
      ),
    );
  }
  return said;
}

function grouped(steps: readonly Step[], keyOf: (step: Step) => string): Map<string, Step[]> {
  const groups = new Map<string, Step[]>();
  for (const step of steps) groups.set(keyOf(step), [...(groups.get(keyOf(step)) ?? []), step]);
  return groups;
}

function differing(name: string, repeated: readonly Step[]): string[] {
  const texts = new Set(repeated.map(({ text }) => text));
  return texts.size > 1 ? [`${name}: repetitions differ: ${[...texts].join(' ≠ ')}`] : [];
}

function stepsOf({ endpoint, body, answer }: SeenRequest): Step[] {
  const { event, calls = [] } = (body ?? {}) as { event?: SeenEvent; calls?: SeenCall[] };
  if (endpoint === 'telephony/call/event' && event !== undefined) {
    const { type, phone } = event;
    return [{ kind: type === 'hangup' ? type : 'card', phone, text: JSON.stringify(event), externalId: '', stored: 0 }];
  }
  if (endpoint !== 'telephony/calls/upload') return [];
  const { processedCallsCount: stored = 0 } = (answer ?? {}) as { processedCallsCount?: number };
  return calls.map((call) => ({ kind: 'upload', ...call, text: JSON.stringify(call), stored }));
}

interface SeenEvent {
  type: string;
  phone: string;
}

interface SeenCall {
  phone: string;
  externalId: string;
}
