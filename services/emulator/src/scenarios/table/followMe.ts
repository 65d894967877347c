import { client, followMe, followMeOwner, line, manager, mobile, mobileLine } from '../fields.js';
import type { Entry, Outcome } from '../scenarioFrom.js';
import * as block from './blocks.js';

const talkedWith = (talked: string): Outcome => ({
  direction: 'incoming',
  party: '+{client}',
  talked,
  rang: '{owner},{manager}',
});

const fields = [client, line, manager, followMeOwner, followMe, mobile, mobileLine];

const BOTH_RING = '1 dial 0 client {client} {owner},{manager} {line}';

/** The manager leaves the client and dials the FollowMe number. */
const ASKS = `
5   create B2
0   open ask Local/{followMe}@dialexecute {owner} {manager}
0.5 callerid ask;2 ? dialexecute {followMe}
0.2 leave B1 {manager} {client} 1
0.3 join B2 {manager} {client}
0   ring {owner}`;

/** The owner takes the client over, on the phone at their desk. */
const OWNER_TAKES_OVER = `
5   leave B2 {manager} {owner} 1
0.2 leave B2 ask;1 {manager} 0
0   mark transfer
0.2 join B1 ask;1 {manager} {followMe}
0.1 destroy B2
0.2 leave B1 client {manager} 1
0.2 join B3 client {owner} {line}
0.2 leave B3 ask;2 {owner} 2
0.2 callerid ask;2={client} {owner} mngr25_2 {followMe}
0.2 leave B1 ask;1 {manager} 0
0.1 destroy B1
8   leave B3 {owner} {client} 1
0.2 leave B3 client {owner} 0
0.1 destroy B3
0.3 hangup 0 2 client {client} {manager} {line} transfer`;

/** Handed on at once: the owner's phone rings, then the mobile as well. */
const handedOn = (leak: '' | '!'): string => `
${block.talkEnds('{manager}', 6)}
0.5 dial${leak} 0 client {client} {owner} {line}
0   mark transfer
10  dial${leak} 0 client {client} {owner},{mobile} {line}
0   open leg Local/{mobile}@179e93af {followMe} {client}
0.6 callerid leg;1 {client} 179e93af {followMe}
0.2 callerid leg;2 {followMe} 179e93af {mobile}
1   dial 1 leg;2 {mobile} {client} {line}
0   open refused SIP/{line} {mobile}
0.6 callerid refused {client} from-out-office {mobile}
1   dial 1 leg;2 {mobile} {client} {mobileLine}
0   open mobile SIP/{mobileLine} {mobile}
0.6 callerid mobile {client} from-out-office {mobile}`;

/** Transfers to a FollowMe number: its owner's phone rings, and the mobile with it. */
export const followMeCalls: readonly Entry[] = [
  {
    code: '2-23',
    title: 'FollowMe с консультацией, принят на мобильном',
    story: 'Менеджер набирает FollowMe коллеги, тот отвечает по мобильному и забирает клиента.',
    fields,
    outcomes: [talkedWith('{manager},+{mobile}')],
    script: `
${block.CLIENT_CALLS}
${BOTH_RING}
${block.answers('{manager}', 'manager')}
${ASKS}
8   open leg Local/+{mobile}@179e93af {followMe} {manager}
0   open refused SIP/{mobileLine} +{mobile}
0.2 callerid refused {manager} from-out-office +{mobile}
0.2 dial 1 leg;2 +{mobile} {manager} {mobileLine}
0   open mobile SIP/{mobileLine} +{mobile}
0.5 callerid mobile {manager} from-out-office +{mobile}
6   create B3
0.3 join B3 leg;2 {followMe} +{mobile}
0.3 join B3 mobile {manager}
0.2 callerid ask;1 {manager} dialexecute {followMe}
0.2 create B4
0.3 join B4 leg;1 {manager}
0.3 join B4 ask;2 {owner} {followMe}
5   leave B2 {manager} {owner} 1
0.2 leave B2 ask;1 {manager} 0
0.2 join B1 ask;1 {manager} {followMe}
0.1 destroy B2
0.2 leave B4 leg;1 {manager} 1
0.2 join B1 leg;1 {client}
0.2 leave B1 ask;1 {manager} 2
0.2 leave B4 ask;2 {owner} 0
0.2 callerid ask;2={client} {owner} mngr25_2 {followMe}
0.1 destroy B4
0.2 callerid leg;2={client} {followMe} 4d34a00c +{mobile}
9   leave B3 mobile {client} 1
0.2 leave B3 leg;2 {followMe} 0
0.1 destroy B3
0.3 hangup 1 2 leg;2 +{mobile} {client} {mobileLine}
0.2 leave B1 leg;1 {client} 1
0.2 leave B1 client {owner} 0
0.1 destroy B1
0.3 hangup 0 2 client {client} {manager} {line}`,
  },
  {
    code: '2-24',
    title: 'FollowMe с консультацией, отказ на мобильном',
    story: 'Менеджер набирает FollowMe коллеги, тот отвечает по мобильному и отказывается, клиент остаётся у первого.',
    fields,
    outcomes: [talkedWith('{manager}')],
    script: `
${block.CLIENT_CALLS}
${BOTH_RING}
${block.answers('{manager}', 'client')}
5   create B2
0   open ask Local/{followMe}@dialexecute {owner} {manager}
0.5 callerid ask;2 ? dialexecute {followMe}
0   ring {owner}
8   open leg Local/+{mobile}@179e93af {followMe} {manager}
0.2 dial 1 leg;2 +{mobile} {manager} {mobileLine}
0   open mobile SIP/{mobileLine} +{mobile}
0.5 callerid mobile {manager} from-out-office +{mobile}
6   create B3
0.3 join B3 leg;2 {followMe} +{mobile}
0.3 join B3 mobile {manager}
0.2 create B4
0.3 join B4 ask;2 {owner} {followMe}
0.3 join B4 leg;1 {manager}
6   leave B3 mobile {manager} 1
0.2 leave B3 leg;2 {followMe} 0
0.1 destroy B3
0.3 hangup 1 2 leg;2 +{mobile} {manager} {mobileLine}
0.2 leave B4 leg;1 {manager} 1
0.2 leave B4 ask;2 {owner} 0
0.1 destroy B4
${block.answeredEnd('{manager}')}`,
  },
  {
    code: '2-25',
    title: 'FollowMe с консультацией, принят на внутреннем',
    story: 'Мобильный владельца FollowMe не отвечает, он снимает внутреннюю трубку и забирает клиента.',
    fields,
    outcomes: [talkedWith('{manager},{owner}')],
    script: `
${block.CLIENT_CALLS}
${BOTH_RING}
${block.answers('{manager}', 'manager')}
5   create B2
0.2 leave B1 {manager} {client} 1
0.3 join B2 {manager} {client}
0   open ask Local/{followMe}@dialexecute {owner} {manager}
0   ring {owner}
8   open leg Local/{mobile}@179e93af {followMe} {manager}
0.2 callerid leg;1 {manager} 179e93af {followMe}
0.2 callerid leg;2 {followMe} 179e93af {mobile}
0.5 dial 1 leg;2 {mobile} {manager} {line}
0   open refused SIP/{line} {mobile}
0.5 callerid refused {manager} from-out-office {mobile}
1   dial 1 leg;2 {mobile} {manager} {mobileLine}
0   open mobile SIP/{mobileLine} {mobile}
0.5 callerid mobile {manager} from-out-office {mobile}
8   hangup 1 0 leg;2 {mobile} {manager} {mobileLine}
0.2 callerid ask;1 {manager} dialexecute {followMe}
0.2 create B3
0.3 join B3 ask;2 {owner} {followMe}
0.3 join B3 {owner} {manager}
${OWNER_TAKES_OVER}`,
  },
  {
    code: '2-26',
    title: 'FollowMe с консультацией, отказ на внутреннем',
    story: 'Владелец FollowMe отвечает по внутреннему телефону и отказывается, клиент остаётся у первого менеджера.',
    fields,
    outcomes: [talkedWith('{manager}')],
    script: `
${block.CLIENT_CALLS}
${BOTH_RING}
${block.answers('{manager}', 'manager')}
${ASKS}
8   open leg Local/{mobile}@179e93af {followMe} {manager}
0.2 dial 1 leg;2 {mobile} {manager} {mobileLine}
0   open mobile SIP/{mobileLine} {mobile}
0.5 callerid mobile {manager} from-out-office {mobile}
5   callerid ask;1 {manager} dialexecute {followMe}
0.2 create B3
0.3 join B3 ask;2 {owner} {followMe}
0.3 join B3 {owner} {manager}
0.3 hangup 1 0 leg;2 {mobile} {manager} {mobileLine}
7   leave B3 {owner} {manager} 1
0.2 leave B3 ask;2 {owner} 0
0.1 destroy B3
${block.answeredEnd('{manager}')}`,
  },
  {
    code: '2-27',
    title: 'FollowMe без консультации, ответили на внутреннем',
    story: 'Клиента сразу переводят на FollowMe, владелец отвечает по внутреннему телефону.',
    fields,
    outcomes: [talkedWith('{manager},{owner}')],
    script: `
${block.CLIENT_CALLS_THROUGH_ANOTHER_TRUNK}
${BOTH_RING}
${block.answers('{manager}', 'manager')}
${handedOn('')}
4   create B2
0.3 join B2 client {owner} {followMe}
0.2 hangup 1 0 leg;2 {mobile} {client} {mobileLine}
0.3 join B2 {owner} {client}
8   leave B2 {owner} {client} 1
0.2 leave B2 client {owner} 0
0.1 destroy B2
0.3 hangup 0 2 client {client} {owner} {line} transfer`,
  },
  {
    code: '2-28',
    title: 'FollowMe без консультации, ответили на мобильном',
    story: 'Клиента сразу переводят на FollowMe, владелец отвечает по мобильному.',
    fields,
    outcomes: [talkedWith('{manager},+{mobile}')],
    script: `
${block.CLIENT_CALLS}
1   dial 0 client {client} {manager} {line}
${block.answers('{manager}', 'manager')}
${handedOn('!')}
5   create B2
0.3 join B2 leg;2 {followMe} {mobile}
0.2 create B3
0.3 join B3 client {owner} {followMe}
0.2 join B2 mobile {client}
0.2 join B3 leg;1 {client}
10  leave B2 mobile {client} 1
0.2 leave B2 leg;2 {followMe} 0
0.1 destroy B2
0.3 hangup 1 2 leg;2 {mobile} - {mobileLine}
0.2 leave B3 leg;1 {client} 1
0.2 leave B3 client {owner} 0
0.1 destroy B3`,
  },
  {
    code: '2-29',
    title: 'FollowMe без консультации, не ответили',
    story: 'Клиента сразу переводят на FollowMe, владелец не отвечает ни там ни там.',
    fields,
    outcomes: [talkedWith('{manager}')],
    script: `
${block.CLIENT_CALLS}
1   dial 0 client {client} {manager} {line}
${block.answers('{manager}', 'client')}
${handedOn('!')}
20  hangup 0 0 client {client} - {line} transfer`,
  },
  {
    code: '2-30',
    title: 'FollowMe с консультацией, не ответили',
    story: 'Менеджер набирает FollowMe коллеги, никто не отвечает, клиент остаётся у первого.',
    fields,
    outcomes: [talkedWith('{manager}')],
    script: `
${block.CLIENT_CALLS_THROUGH_ANOTHER_TRUNK}
${BOTH_RING}
${block.answers('{manager}', 'client')}
5   create B2
0   open ask Local/{followMe}@dialexecute ? {manager}
0.5 callerid ask;2 ? dialexecute {followMe}
0.2 leave B1 {manager} {client} 1
0   ring {owner}
8   open leg Local/{mobile}@179e93af {followMe} {manager}
0.2 dial 1 leg;2 {mobile} {manager} {line}
0   open refused SIP/{line} {mobile}
0.5 callerid refused {manager} from-out-office {mobile}
1   dial 1 leg;2 {mobile} {manager} {mobileLine}
0   open mobile SIP/{mobileLine} {mobile}
0.5 callerid mobile {manager} from-out-office {mobile}
12  leave B2 {manager} {client} 1
0.3 join B1 {manager} {owner}
0.2 leave B2 ask;1 {manager} 0
0.2 callerid ask;1={owner} {manager} dialexecute {followMe}
0.1 destroy B2
0.3 hangup 1 0 leg;2 {mobile} {manager} {mobileLine}
${block.answeredEnd('{manager}')}`,
  },
];
