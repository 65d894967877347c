import { backupLine, client, line, manager, second } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';
import { BACK_TO_THE_MANAGER, CLIENT_ANSWERS, MANAGER_CALLS } from './blocks.js';

const talkedWith = (talked: string): Outcome => ({
  direction: 'outgoing',
  party: '+{client}',
  talked,
  rang: '{manager}',
});

/** Calls that managers make. */
export const outgoing: readonly Entry[] = [
  {
    code: '1-1',
    title: 'Исходящий звонок, клиент ответил',
    story: 'Менеджер звонит клиенту, они разговаривают.',
    fields: [client, manager, line],
    outcomes: [talkedWith('{manager}')],
    script: `
${MANAGER_CALLS}
${CLIENT_ANSWERS}
9   leave B1 client {manager} 1
0.2 leave B1 {manager} ? 0
0.1 destroy B1
0.3 hangup 1 2 {manager} {client} {manager} {line}`,
  },
  {
    code: '1-2',
    title: 'Звонок из CRM, клиент ответил',
    story: 'Звонок заказан из CRM: сначала снимает трубку менеджер, затем АТС набирает клиента.',
    fields: [client, manager, line],
    outcomes: [talkedWith('{manager}')],
    script: `
0   open {manager} SIP/{manager} {manager}
0   dial! 2 {manager} - {manager} -
4   create! B1
0.3 join! B1 {manager} +{client}
1   open origin SIP/{line} {client}
0   dial! 1 origin {client} {manager} {line}
0   open client SIP/{line} {client}
0.6 callerid! client {manager} from-out-office {client}
7   join! B2 client {manager}
11  leave! B2 client {manager} 1
0.1 destroy! B2
0.3 hangup! 1 2 origin {client} - {line}
0.2 leave! B1 {manager} +{client} 0
0.2 hangup! 2 2 {manager} - - -`,
  },
  {
    code: '1-3',
    title: 'Исходящий, перевод с консультацией, коллега отказался',
    story: 'Менеджер переводит клиента с консультацией, второй менеджер отказывается, разговор возвращается к первому.',
    fields: [client, manager, second, line],
    outcomes: [talkedWith('{manager}')],
    script: `
${MANAGER_CALLS}
${CLIENT_ANSWERS}
6   create B2
0   open leg Local/{second}@dialexecute {second} {manager}
0.6 callerid leg;2 ? dialexecute {second}
0.2 callerid leg;1 {manager} dialexecute {second}
0   ring {second}
5   create B3
0.3 join B3 leg;2 {second} {second}
0.3 join B3 {second} {manager}
7   leave B3 {second} {manager} 1
0.2 leave B3 leg;2 {second} 0
0.1 destroy B3
0.3 hangup 2 2 leg;2 {manager} {second} -
0.2 leave B2 leg;1 {manager} 1
0.2 leave B2 {manager} {second} 0
0.3 join B1 {manager} {second} {client}
0.1 destroy B2
${BACK_TO_THE_MANAGER}`,
  },
  {
    code: '1-4',
    title: 'Исходящий, перевод с консультацией принят',
    story: 'Менеджер переводит клиента с консультацией, дальше с клиентом говорит второй менеджер.',
    fields: [client, manager, second, line],
    outcomes: [talkedWith('{manager},{second}')],
    // Nothing is sent at the end of an outgoing call that was transferred.
    script: `
${MANAGER_CALLS}
${CLIENT_ANSWERS}
6   create B2
0   open leg Local/{second}@dialexecute {second} {manager}
0.6 callerid leg;2 ? dialexecute {second}
0   ring {second}
5   create B3
0.3 join B3 leg;2 {second} {second}
0.3 join! B3 {second} {manager}
6   leave! B2 {manager} {second} 1
0.2 leave! B2 leg;1 {manager} 0
0.2 mark transfer
0.1 join! B1 leg;1 {manager} {second}
0.1 destroy! B2
0.4 hangup 1 2 {manager} {client} - {line} transfer
0.2 leave B1 client {manager} 1
0.2 join B3 client {second}
0.2 leave B3 leg;2 {second} 2
0.2 leave B1 leg;1 {manager} 0
10  leave! B3 {second} {client} 1
0.2 leave! B3 client {second} 0`,
  },
  {
    code: '1-5',
    title: 'Исходящий, перевод с консультацией, коллега не ответил',
    story: 'Второй менеджер не снимает трубку, разговор возвращается к первому.',
    fields: [client, manager, second, line],
    outcomes: [talkedWith('{manager}')],
    script: `
${MANAGER_CALLS}
${CLIENT_ANSWERS}
6   create B2
0   open leg Local/{second}@dialexecute {second} {manager}
0.6 callerid leg;1 {manager} dialexecute {second}
0   ring {second}
12  leave B2 {manager} ? 1
0.2 join B1 {manager} {second} {client}
0.2 leave B2 leg;1 {manager} 0
0.1 destroy B2
0.3 hangup 2 0 leg;2 {manager} {second} -
${BACK_TO_THE_MANAGER}`,
  },
  {
    code: '1-6',
    title: 'Исходящий, перевод без консультации, коллега ответил',
    story: 'Менеджер переводит клиента сразу на второго, тот снимает трубку.',
    fields: [client, manager, second, line],
    outcomes: [talkedWith('{manager},{second}')],
    script: `
${MANAGER_CALLS}
${CLIENT_ANSWERS}
6   leave B1 {manager} ? 1
0.2 leave B1 client {manager} 0
0.1 destroy B1
0.1 mark transfer
0   ring {second}
0.2 callerid {second} {client} inoffice {second}
0.4 hangup 1 2 {manager} {client} {manager} {line} transfer
5   create B2
0.3 join B2 {second} {client}
0.3 join B2 client {second} {second}
8   leave B2 {second} {client} 1
0.2 leave B2 client {second} 0
0.1 destroy B2
0.3 hangup 2 2 client {client} {second} - transfer`,
  },
  {
    code: '1-7',
    title: 'Исходящий, перевод без консультации, коллега не ответил',
    story: 'Менеджер переводит клиента сразу на второго, тот не снимает трубку, клиент кладёт свою.',
    fields: [client, manager, second, line],
    outcomes: [talkedWith('{manager}')],
    script: `
${MANAGER_CALLS}
${CLIENT_ANSWERS}
6   leave B1 {manager} ? 1
0.2 leave B1 client {manager} 0
0.1 destroy B1
0.1 mark transfer
0.3 hangup 1 2 {manager} {client} {manager} {line} transfer
0   ring {second}
0.6 callerid {second} {client} inoffice {second}
20  hangup 2 0 client {client} {second} - transfer`,
  },
  {
    code: '1-8',
    title: 'Исходящий звонок, клиент не ответил',
    story: 'Менеджер звонит клиенту, тот не снимает трубку.',
    fields: [client, manager, line],
    outcomes: [talkedWith('')],
    script: `
${MANAGER_CALLS}
20  hangup 1 0 {manager} {client} {manager} {line}`,
  },
  {
    code: '1-9',
    title: 'Исходящий, линия занята, звонок через резервную',
    story: 'Первая линия занята, АТС набирает клиента через вторую, он отвечает.',
    fields: [client, manager, line, backupLine],
    outcomes: [talkedWith('{manager}')],
    script: `
${MANAGER_CALLS}
1   dial 1 {manager} {client} {manager} {backupLine}
0   open client SIP/{backupLine} {client}
0.6 callerid client {manager} from-out-office {client}
${CLIENT_ANSWERS}
8   leave B1 client {manager} 1
0.2 leave B1 {manager} ? 0
0.1 destroy B1
0.3 hangup 1 2 {manager} {client} - {backupLine}`,
  },
  {
    code: '1-10',
    title: 'Исходящий, линия занята, резервной нет',
    story: 'Линия занята, звонок сразу завершается.',
    fields: [client, manager, line],
    outcomes: [talkedWith('')],
    script: `
${MANAGER_CALLS}
0.5 hangup 1 0 {manager} {client} - {line}`,
  },
  {
    code: '1-11',
    title: 'Исходящий, направление запрещено',
    story: 'Менеджеру нельзя звонить в этом направлении: АТС не набирает номер и сразу завершает звонок.',
    fields: [{ ...client, label: 'Клиент с запрещённым кодом' }, manager],
    outcomes: [talkedWith('')],
    script: `
0   open {manager} SIP/{manager} {manager}
1   hangup 1 0 {manager} {client} {manager} -`,
  },
];
