import { answered, client, group, line, manager, mobile, mobileLine, owner, second, target, third } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';
import * as block from './blocks.js';

const talkedWith = (talked: string): Outcome => ({
  direction: 'incoming',
  party: '+{client}',
  talked,
  rang: '{owner},{group}',
});

const fields = [client, line, group, owner, mobile, mobileLine, answered, target];

/** The mobile gives up as soon as somebody answers inside. */
const answeredInside = (first: 'client' | 'manager'): string => `
${block.CLIENT_CALLS}
${block.GROUP_AND_MOBILE_RING}
${block.answers('{answered}', first)}
${block.MOBILE_GIVES_UP}`;

/** The mobile gives up before somebody answers inside. */
const answeredAfterMobile = (first: 'client' | 'manager'): string => `
${block.CLIENT_CALLS}
${block.GROUP_AND_MOBILE_RING}
5 ${block.MOBILE_GIVES_UP.replace(/^\d+ /, '')}
${block.answers('{answered}', first)}`;

/** Calls of clients that are handed on. */
export const transfers: readonly Entry[] = [
  {
    code: '2-7',
    title: 'Входящий, перевод с консультацией, коллега отказался',
    story: 'Ответивший менеджер советуется с коллегой, тот отказывается, клиент остаётся у первого.',
    fields,
    outcomes: [talkedWith('{answered}')],
    script: `
${answeredInside('client')}
5   create B2
0   open consult Local/{target}@dialexecute {target} {answered}
0.5 callerid consult;2 ? dialexecute {target}
0.2 callerid consult;1 {answered} dialexecute {target}
0   ring {target}
5   create B3
0.3 join B3 {target} {answered}
0.3 join B3 consult;2 {target} {target}
7   leave B3 {target} {answered} 1
0.2 leave B3 consult;2 {target} 0
0.1 destroy B3
0.3 hangup 2 2 consult;2 {answered} {target} -
0.2 leave B2 consult;1 {answered} 1
0.2 leave B2 {answered} {target} 0
0.3 join B1 {answered} {target}
0.1 destroy B2
${block.answeredEnd('{answered}')}`,
  },
  {
    code: '2-8',
    title: 'Входящий, перевод с консультацией принят',
    story: 'Ответивший менеджер советуется с коллегой и передаёт ему клиента.',
    fields,
    outcomes: [talkedWith('{answered},{target}')],
    script: `
${answeredInside('client')}
5   create B2
0   open consult Local/{target}@dialexecute {target} {answered}
0.5 callerid consult;2 ? dialexecute {target}
0.2 leave B1 {answered} {client} 1
0.3 join B2 {answered} {client}
0.2 callerid consult;1 {answered} dialexecute {target}
0.2 join B2 consult;1 {answered} {target}
0   ring {target}
5   create B3
0.3 join B3 consult;2 {target} {target}
0.3 join B3 {target} {answered}
6   leave B2 {answered} {target} 1
0.2 leave B2 consult;1 {answered} 0
0   mark transfer
0.2 join B1 consult;1 {answered} {target}
0.1 destroy B2
0.2 leave B1 client {answered} 1
0.2 join B3 client {target} {line}
0.2 leave B3 consult;2 {target} 2
0.2 callerid consult;2={client} {target} dialexecute {target}
0.2 leave B1 consult;1 {answered} 0
0.1 destroy B1
9   hangup 2 2 consult;2 {client} {target} -
0.2 leave B3 {target} {client} 1
0.2 leave B3 client {target} 0
0.1 destroy B3
0.3 hangup 0 2 client {client} {answered} {line} transfer`,
  },
  {
    code: '2-9',
    title: 'Входящий, перевод с консультацией, коллега не ответил',
    story: 'Ответивший менеджер набирает коллегу, тот не снимает трубку, клиент остаётся у первого.',
    fields,
    outcomes: [talkedWith('{answered}')],
    script: `
${answeredAfterMobile('manager')}
5   create B2
0   open consult Local/{target}@dialexecute {target} {answered}
0.5 callerid consult;2 ? dialexecute {target}
0.2 leave B1 {answered} {client} 1
0.3 join B2 {answered} {client}
0.2 callerid consult;1 {answered} dialexecute {target}
0   ring {target}
12  leave B2 {answered} {client} 1
0.3 join B1 {answered} {target}
0.2 leave B2 consult;1 {answered} 0
0.3 hangup 2 0 consult;2 {answered} - -
0.1 destroy B2
${block.answeredEnd('{answered}')}`,
  },
  {
    code: '2-10',
    title: 'Входящий, перевод без консультации, коллега ответил',
    story: 'Ответивший менеджер сразу переводит клиента, коллега снимает трубку.',
    fields,
    outcomes: [talkedWith('{answered},{target}')],
    // After a blind transfer the call's own hangup is of CallType 2.
    script: `
${answeredAfterMobile('client')}
${block.talkEnds('{answered}', 6)}
0   mark transfer
0   ring {target}
5   create B2
0.3 join B2 {target} {client}
0.3 join B2 client {target} {target}
9   leave B2 {target} {client} 1
0.2 leave B2 client {target} 0
0.1 destroy B2
0.3 hangup 2 2 client {client} {target} - transfer`,
  },
  {
    code: '2-11',
    title: 'Входящий, перевод без консультации, коллега не ответил',
    story: 'Ответивший менеджер сразу переводит клиента, коллега не снимает трубку.',
    fields,
    outcomes: [talkedWith('{answered}')],
    script: `
${answeredAfterMobile('client')}
${block.talkEnds('{answered}', 6)}
0   mark transfer
0   ring {target}
19  hangup 2 0 client {client} {target} - transfer`,
  },
  {
    code: '2-18',
    title: 'Входящий, два перевода с консультацией подряд',
    story: 'Клиента передают с консультацией второму менеджеру, тот — третьему.',
    fields: [client, line, manager, second, third],
    outcomes: [{ ...talkedWith('{manager},{second},{third}'), rang: '{manager},{second},{third}' }],
    script: `
${block.CLIENT_CALLS}
1   dial 0 client {client} {manager},{second},{third} {line}
${block.answers('{manager}', 'client')}
5   create B2
0.5 join B2 {manager} {client}
0   open consult Local/{second}@dialexecute {second} {manager}
0.2 callerid consult;2 ? dialexecute {second}
0.2 callerid consult;1 {manager} dialexecute {second}
0   ring {second}
4   create B3
0.3 join B3 consult;2 {second} {second}
0.3 join B3 {second} {manager}
4   leave B2 {manager} {second} 1
0.2 leave B2 consult;1 {manager} 0
0   mark transfer
0.2 join B1 consult;1 {manager} {second}
0.1 destroy B2
0.2 leave B1 client {manager} 1
0.2 join B3 client {second} {line}
0.2 leave B3 consult;2 {second} 2
0.2 callerid consult;2={client} {second} dialexecute {second}
1   hangup 2 2 consult;2 {client} {second} -
0.2 leave B1 consult;1 {manager} 0
0.1 destroy B1
5   create B4
0.5 join B4 {second} {client}
0   open again Local/{third}@dialexecute {third} {second}
0.2 callerid again;1 {second} dialexecute {third}
0   ring {third}
4   create B5
0.3 join B5 again;2 {third} {third}
0.3 join B5 {third} {second}
4   leave B4 {second} {third} 1
0.2 leave B4 again;1 {second} 0
0.2 join B3 again;1 {second} {third}
0.1 destroy B4
0.2 leave B5 {third} {second} 1
0.2 join B3 {third} {client}
0.2 leave B3 again;1 {second} 2
0.2 leave B5 again;2 {third} 0
0.2 callerid again;2={client} {third} dialexecute {third}
0.1 destroy B5
1   hangup 2 2 again;2 {client} {third} -
8   leave B3 {third} {client} 1
0.2 leave B3 client {third} 0
0.1 destroy B3
0.3 hangup 0 2 client {client} {manager} {line} transfer`,
  },
];
