import { answeredInDepartment, callee, caller, department } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';

const outcome = (talked: string, rang: string): Outcome => ({ direction: 'internal', party: '{caller}', talked, rang });

/** Calls between managers: no start and no dial is sent for them. */
export const internal: readonly Entry[] = [
  {
    code: '3-1',
    title: 'Внутренний звонок, ответили',
    story: 'Один менеджер звонит другому, они разговаривают.',
    fields: [caller, callee],
    outcomes: [outcome('{callee}', '{callee}')],
    script: `
0   name {caller} {caller}
0   ring {caller},{callee}
4   create B1
0.3 join B1 {caller} {callee} {callee}
0.3 join B1 {callee} {caller}
9   leave B1 {callee} {caller} 1
0.2 leave B1 {caller} {callee} 0
0.1 destroy B1
0.3 hangup 2 2 {caller} {caller} {callee} -`,
  },
  {
    code: '3-2',
    title: 'Внутренний звонок, не ответили',
    story: 'Один менеджер звонит другому, тот не снимает трубку.',
    fields: [caller, callee],
    outcomes: [outcome('', '{callee}')],
    script: `
0   ring {caller},{callee}
20  hangup 2 0 {caller} {caller} {callee} -`,
  },
  {
    code: '3-3',
    title: 'Звонок в отдел, ответили',
    story: 'Менеджер набирает номер отдела, один из сотрудников отвечает.',
    fields: [caller, department, answeredInDepartment],
    outcomes: [outcome('{answered}', '{answered}')],
    // The hangup of a department's call is of CallType 0, as if it came from outside.
    script: `
0   name {caller} {caller}
0   ring {caller},{department}
5   create B1
0.3 join! B1 {answered} {caller}
0.3 join! B1 {caller} {answered} 901
9   leave! B1 {caller} {answered} 1
0.2 leave! B1 {answered} {caller} 0
0.1 destroy! B1
0.3 hangup! 0 2 {caller} {caller} {answered} -`,
  },
  {
    code: '3-4',
    title: 'Звонок в отдел, не ответили',
    story: 'Менеджер набирает номер отдела, никто не отвечает.',
    fields: [caller, department],
    // No event names the department or whoever rang.
    outcomes: [outcome('', '')],
    script: `
0   ring {caller},{department}
30  hangup! 0 0 {caller} {caller} - -`,
  },
];
