import { answeredOnStep3, client, line, mobileLine, mobileOfStep3, step1, step2, step3 } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';
import * as block from './blocks.js';

const talkedWith = (talked: string): Outcome => ({
  direction: 'incoming',
  party: '+{client}',
  talked,
  rang: '{step1},{step2},{step3}',
});

const steps = [client, line, step1, step2, step3];
const stepsAndMobile = [...steps, mobileOfStep3, mobileLine];

/** Each step rings for some seconds; a greeting between the steps makes the pauses longer. */
const escalates = (seconds: number, last: string): string => `
${block.CLIENT_CALLS}
1   dial 0 client {client} {step1} {line}
${String(seconds)} dial 0 client {client} {step2} {line}
${String(seconds)} dial 0 client {client} ${last} {line}`;

const QUICK = escalates(12, '{step3},{mobile}') + block.MOBILE_RINGS;
const WITH_GREETINGS = escalates(20, '{step3},{mobile}') + block.MOBILE_RINGS;

/** The mobile gives up between the two bridge events. */
const ANSWERED_INSIDE = `
4   create B1
0.3 join B1 client {answered} {line}
0.2 hangup 1 0 leg;2 {mobile} {client} {mobileLine}
0.3 join B1 {answered} {client}
${block.answeredEnd('{answered}')}`;

const ANSWERED_ON_MOBILE = `
5   create B1
0.3 join B1 leg;2 {line} {mobile}
0.3 join B1 mobile {client} {mobile}
0.2 create B2
0.3 join B2 leg;1 {client} {line}
0.3 join B2 client {mobile} {line}
12  leave B1 mobile {client} 1
0.2 leave B1 leg;2 {line} 0
0.1 destroy B1
0.3 hangup 1 2 leg;2 {mobile} - {mobileLine}
0.2 leave B2 leg;1 {client} 1
0.2 leave B2 client {mobile} 0
0.1 destroy B2`;

/** Calls of clients that ring in up to three steps. */
export const escalation: readonly Entry[] = [
  {
    code: '2-12',
    title: 'Входящий, три шага обзвона, ответили',
    story: 'Звонят по очереди три набора телефонов, на третьем шаге менеджер отвечает.',
    fields: [...steps, answeredOnStep3],
    outcomes: [talkedWith('{answered}')],
    script: [escalates(12, '{step3}'), block.answers('{answered}', 'client'), block.answeredEnd('{answered}')].join(
      '\n',
    ),
  },
  {
    code: '2-13',
    title: 'Входящий, три шага и мобильный, ответили в офисе',
    story: 'На третьем шаге звонит и мобильный, отвечают по внутреннему телефону.',
    fields: [...stepsAndMobile, answeredOnStep3],
    outcomes: [talkedWith('{answered}')],
    script: QUICK + ANSWERED_INSIDE,
  },
  {
    code: '2-14',
    title: 'Входящий, три шага и мобильный, ответили на мобильном',
    story: 'На третьем шаге звонит и мобильный, менеджер отвечает по мобильному.',
    fields: stepsAndMobile,
    outcomes: [talkedWith('+{mobile}')],
    script: QUICK + ANSWERED_ON_MOBILE,
  },
  {
    code: '2-15',
    title: 'Входящий, три шага и мобильный, не ответили',
    story: 'Прозвонили все три шага и мобильный, никто не подошёл.',
    fields: stepsAndMobile,
    outcomes: [talkedWith('')],
    script: `
${QUICK}
12  hangup 1 0 leg;2 {mobile} {client} {mobileLine}
0.5 hangup 0 0 client {client} - {line}`,
  },
  {
    code: '2-16',
    title: 'Входящий, шаги с приветствиями и мобильный, ответили в офисе',
    story: 'Между шагами клиент слушает приветствия, на третьем отвечают по внутреннему телефону.',
    fields: [...stepsAndMobile, answeredOnStep3],
    outcomes: [talkedWith('{answered}')],
    script: WITH_GREETINGS + ANSWERED_INSIDE,
  },
  {
    code: '2-17',
    title: 'Входящий, шаги с приветствиями и мобильный, ответили на мобильном',
    story: 'Между шагами клиент слушает приветствия, на третьем менеджер отвечает по мобильному.',
    fields: stepsAndMobile,
    outcomes: [talkedWith('+{mobile}')],
    script: WITH_GREETINGS + ANSWERED_ON_MOBILE,
  },
];
