import { client, line, manager, otherClient, second } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';
import * as block from './blocks.js';

const talkedWith = (talked: string): Outcome => ({
  direction: 'incoming',
  party: '+{client}',
  talked,
  rang: '{manager}',
});
const OWN_CALL: Outcome = { direction: 'outgoing', party: '+{otherClient}', talked: '{second}', rang: '{second}' };

const fields = [client, line, manager, second, otherClient];

/** The second manager talks with another client when the client calls the first one. */
const BUSY_AND_ANSWERED = `
0   name {second} {second}
0   open own SIP/{second} {second}
0   dial 1 own {otherClient} {second} {line}
0   open other SIP/{line} {otherClient}
0.6 callerid other {second} from-out-office {otherClient}
5   create A1
0.3 join A1 other {second}
0.3 join A1 own ? {otherClient}
4   wait
${block.CLIENT_CALLS}
1   dial 0 client {client} {manager} {line}
${block.answers('{manager}', 'client')}`;

const OWN_CALL_ENDS = `
4   leave A1 other {second} 1
0.2 leave A1 own ? 0
0.1 destroy A1
0.3 hangup 1 2 own {otherClient} {second} {line}`;

const CONSULTS = `
5   create B2
0   open consult Local/{second}@dialexecute {second} {manager}
0.5 callerid consult;2 ? dialexecute {second}
0.2 leave B1 {manager} {client} 1
0.3 join B2 {manager} {client}
0.2 callerid consult;1 {manager} dialexecute {second}
0.2 join B2 consult;1 {manager} {second}`;

/** Transfers to a colleague who has a call of his own meanwhile. */
export const busyColleague: readonly Entry[] = [
  {
    code: '2-19',
    title: 'Перевод с консультацией на занятого, без второй линии',
    story: 'Коллега говорит с другим клиентом, консультация получает «занято», клиент остаётся у первого менеджера.',
    fields,
    outcomes: [talkedWith('{manager}'), OWN_CALL],
    script: `
${BUSY_AND_ANSWERED}
${CONSULTS}
0.8 leave B2 {manager} {client} 1
0.3 join B1 {manager} {second}
0.2 leave B2 consult;1 {manager} 0
0.3 hangup 2 0 consult;2 {manager} {second} -
0.1 destroy B2
${block.answeredEnd('{manager}')}
${OWN_CALL_ENDS}`,
  },
  {
    code: '2-20',
    title: 'Перевод с консультацией на занятого, со второй линией',
    story: 'Коллега ставит своего клиента на удержание, принимает перевод, а потом заканчивает свой разговор.',
    fields,
    outcomes: [talkedWith('{manager},{second}'), OWN_CALL],
    script: `
${BUSY_AND_ANSWERED}
${CONSULTS}
0   ring {second}
5   create B3
0.3 join B3 consult;2 {second} {second}
0.3 join B3 {second} {manager}
6   leave B2 {manager} {second} 1
0.2 leave B2 consult;1 {manager} 0
0   mark transfer
0.2 join B1 consult;1 {manager} {second}
0.1 destroy B2
0.2 leave B1 client {manager} 1
0.2 join B3 client {second} {line}
0.2 leave B3 consult;2 {second} 2
0.2 callerid consult;2={client} {second} dialexecute {second}
0.2 leave B1 consult;1 {manager} 0
0.1 destroy B1
8   hangup 2 2 consult;2 {client} {second} -
0.2 leave B3 {second} {client} 1
0.2 leave B3 client {second} 0
0.1 destroy B3
0.3 hangup 0 2 client {client} {manager} {line} transfer
${OWN_CALL_ENDS}`,
  },
  {
    code: '2-21',
    title: 'Перевод без консультации на занятого, без второй линии',
    story: 'Менеджер сразу переводит клиента на занятого коллегу, звонок клиента завершается.',
    fields,
    outcomes: [talkedWith('{manager}'), OWN_CALL],
    script: `
${BUSY_AND_ANSWERED}
${block.talkEnds('{manager}', 6)}
0   mark transfer
1   hangup 2 0 client {client} {second} - transfer
${OWN_CALL_ENDS}`,
  },
  {
    code: '2-22',
    title: 'Перевод без консультации на занятого, со второй линией',
    story: 'Коллега видит второй звонок, заканчивает свой разговор и принимает клиента.',
    fields,
    outcomes: [talkedWith('{manager},{second}'), OWN_CALL],
    script: `
${BUSY_AND_ANSWERED}
${block.talkEnds('{manager}', 6)}
0   mark transfer
0   ring {second}
${OWN_CALL_ENDS}
2   create B2
0.3 join B2 {second} {client}
0.3 join B2 client {second} {second}
9   leave B2 {second} {client} 1
0.2 leave B2 client {second} 0
0.1 destroy B2
0.3 hangup 2 2 client {client} {second} - transfer`,
  },
];
