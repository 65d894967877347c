import { answered, client, group, line, mobile, mobileLine, owner } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';
import * as block from './blocks.js';

const outcome = (talked: string, rang: string): Outcome => ({
  direction: 'incoming',
  party: '+{client}',
  talked,
  rang,
});
const missed = '15 hangup 0 0 client {client} - {line}';

/** Calls of clients to a group that end where they began. */
export const incoming: readonly Entry[] = [
  {
    code: '2-1',
    title: 'Входящий с приветствием, ответили',
    story: 'Клиент слушает приветствие, звонят телефоны группы, один менеджер отвечает.',
    fields: [client, line, group, answered],
    outcomes: [outcome('{answered}', '{group}')],
    script: `
${block.CLIENT_CALLS}
${block.GROUP_RINGS_AFTER_GREETING}
${block.answers('{answered}', 'manager')}
${block.talkEnds('{answered}')}
0.4 hangup! 0 2 client {client} {answered} {line}`,
  },
  {
    code: '2-2',
    title: 'Входящий с приветствием, не ответили',
    story: 'Клиент слушает приветствие, звонят телефоны группы, никто не подходит.',
    fields: [client, line, group],
    outcomes: [outcome('', '{group}')],
    script: [block.CLIENT_CALLS, block.GROUP_RINGS_AFTER_GREETING, missed].join('\n'),
  },
  {
    code: '2-3',
    title: 'Входящий без приветствия, ответили',
    story: 'Телефоны группы звонят сразу, один менеджер отвечает.',
    fields: [client, line, group, answered],
    outcomes: [outcome('{answered}', '{group}')],
    script: [
      block.CLIENT_CALLS,
      block.GROUP_RINGS,
      block.answers('{answered}', 'manager'),
      block.answeredEnd('{answered}'),
    ].join('\n'),
  },
  {
    code: '2-4',
    title: 'Входящий без приветствия, не ответили',
    story: 'Телефоны группы звонят сразу, никто не подходит.',
    fields: [client, line, group],
    outcomes: [outcome('', '{group}')],
    script: [block.CLIENT_CALLS, block.GROUP_RINGS, missed].join('\n'),
  },
  {
    code: '2-5',
    title: 'Входящий на группу и мобильный, ответили на мобильном',
    story: 'Вместе с группой звонит мобильный менеджера, он отвечает по мобильному.',
    fields: [client, line, group, owner, mobile, mobileLine],
    outcomes: [outcome('+{mobile}', '{owner},{group}')],
    script: [block.CLIENT_CALLS, block.GROUP_AND_MOBILE_RING, block.MOBILE_TALKS].join('\n'),
  },
  {
    code: '2-6',
    title: 'Входящий на группу и мобильный, ответили в офисе',
    story: 'Вместе с группой звонит мобильный менеджера, отвечают по внутреннему телефону.',
    fields: [client, line, group, owner, mobile, mobileLine, answered],
    outcomes: [outcome('{answered}', '{owner},{group}')],
    script: [
      block.CLIENT_CALLS,
      block.GROUP_AND_MOBILE_RING,
      block.answers('{answered}', 'manager'),
      block.MOBILE_GIVES_UP,
      block.answeredEnd('{answered}'),
    ].join('\n'),
  },
];
