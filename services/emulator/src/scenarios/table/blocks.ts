// What many scripts have in common. How to read them: script/eventsFrom.ts and script/verbs.ts.

const clientCallsThrough = (trunk: string): string => `
0   name {client} -{client}
0   open client SIP/${trunk} {client}
0   start client {line}
0.6 callerid client ? from-out-office {line}`;

/** A client calls the company's line; the greeting or the ringing comes next. */
export const CLIENT_CALLS = clientCallsThrough('{line}');
/** The trunk that carries the call is not the line that the host names. */
export const CLIENT_CALLS_THROUGH_ANOTHER_TRUNK = clientCallsThrough('{mobileLine}');

export const GROUP_RINGS = '1 dial 0 client {client} {group} {line}';
/** Longer than the greeting that precedes it. */
export const GROUP_RINGS_AFTER_GREETING = '8 dial 0 client {client} {group} {line}';

/** A manager's mobile is dialled: on the client's line first, then on its own. */
export const MOBILE_RINGS = `
0   open leg Local/{mobile}@179e93af {line} {client}
0.6 callerid leg;1 {client} 179e93af {line}
0.2 callerid leg;2 {line} 179e93af {mobile}
1   dial 1 leg;2 {mobile} {client} {line}
0   open refused SIP/{line} {mobile}
0.6 callerid refused {client} from-out-office {mobile}
1   dial 1 leg;2 {mobile} {client} {mobileLine}
0   open mobile SIP/{mobileLine} {mobile}
0.6 callerid mobile {client} from-out-office {mobile}`;

export const MOBILE_GIVES_UP = '1 hangup 1 0 leg;2 {mobile} {client} {mobileLine}';

export const GROUP_AND_MOBILE_RING = `
1   dial 0 client {client} {owner},{mobile},{group} {line}
${MOBILE_RINGS}`;

/** The mobile answered: its leg and then the client's channel meet in bridges; the leg's hangup is the last one. */
export const MOBILE_TALKS = `
6   create B1
0.5 join B1 mobile {client}
0.5 join B1 leg;2 {line} {mobile}
0.2 create B2
0.3 join B2 client ? {line}
0.3 join B2 leg;1 {client}
12  leave B1 mobile {client} 1
0.2 leave B1 leg;2 {line} 0
0.1 destroy B1
0.3 hangup 1 2 leg;2 {mobile} - {mobileLine}
0.2 leave B2 leg;1 {client} 1
0.2 leave B2 client ? 0
0.1 destroy B2`;

/** An incoming call is answered inside; the bridge events come with the client's channel first or last. */
export const answers = (who: string, first: 'client' | 'manager'): string => {
  const joins = [`0.4 join B1 client ${who} {line}`, `0.4 join B1 ${who} {client}`];
  return ['4 create B1', ...(first === 'client' ? joins : joins.toReversed())].join('\n');
};

/** The manager hangs up first. */
export const talkEnds = (who: string, afterSeconds = 8): string => `
${String(afterSeconds)} leave B1 ${who} {client} 1
0.2 leave B1 client ${who} 0
0.1 destroy B1`;

export const answeredEnd = (who: string): string => `
${talkEnds(who)}
0.4 hangup 0 2 client {client} ${who} {line}`;

/** A manager calls a client, who answers. */
export const MANAGER_CALLS = `
0   name {manager} {manager}
0   open {manager} SIP/{manager} {manager}
0   dial 1 {manager} {client} {manager} {line}
0   open client SIP/{line} {client}
0.6 callerid client {manager} from-out-office {client}`;

export const CLIENT_ANSWERS = `
7   create B1
0.3 join B1 client {manager}
0.3 join B1 {manager} ? {client}`;

/** The call is the manager's and the client's again until the end. */
export const BACK_TO_THE_MANAGER = `
6   leave B1 {manager} {client} 1
0.2 leave B1 client {manager} 0
0.1 destroy B1
0.3 hangup 1 2 {manager} {client} {manager} {line}`;
