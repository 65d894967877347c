import type { Scenario } from './scenario.js';

const CLIENT_CHANNEL = 'SIP/{line}-0000001c';
const MANAGER_CHANNEL = 'SIP/{answered}-0000001e';

const CLIENT_JOINED = {
  Token: '{token}',
  Channel: CLIENT_CHANNEL,
  ConnectedLineNum: '{answered}',
  ConnectedLineName: '{answered}',
  UniqueId: '{U1}',
  CallerIDName: '-{client}',
  CallerIDNum: '{client}',
  Exten: '',
  BridgeUniqueid: '{B1}',
} as const;

const MANAGER_JOINED = {
  Token: '{token}',
  Channel: MANAGER_CHANNEL,
  ConnectedLineNum: '{client}',
  ConnectedLineName: '-{client}',
  UniqueId: '{U2}',
  CallerIDName: '',
  CallerIDNum: '{answered}',
  Exten: '',
  BridgeUniqueid: '{B1}',
} as const;

const BRIDGE = {
  Token: '{token}',
  BridgeType: '',
  BridgeUniqueid: '{B1}',
  UniqueId: '',
  BridgeCreator: '<unknown>',
  BridgeName: '<unknown>',
  BridgeNumChannels: '0',
  BridgeTechnology: 'simple_bridge',
} as const;

/** A client listens to the greeting, a group rings, one of them answers and talks. */
export const incomingAnswered: Scenario = {
  code: '2-1',
  title: 'Входящий звонок с приветствием, на который ответили',
  steps: [
    {
      afterMs: 0,
      event: 'start',
      data: { Token: '{token}', UniqueId: '{U1}', CallType: 0, Phone: '{client}', Trunk: '{line}' },
      says: 'клиент позвонил на линию {line}',
    },
    {
      afterMs: 600,
      event: 'new_callerid',
      data: {
        Token: '{token}',
        Channel: CLIENT_CHANNEL,
        ConnectedLineNum: '<unknown>',
        ConnectedLineName: '<unknown>',
        UniqueId: '{U1}',
        CallerIDName: '-{client}',
        CallerIDNum: '{client}',
        Exten: '{line}',
        Context: 'from-out-office',
      },
      says: 'определился номер, клиент слушает приветствие',
    },
    {
      // Longer than the core waits for a dial before it shows the start.
      afterMs: 3_900,
      event: 'dial',
      data: {
        Token: '{token}',
        CallType: 0,
        ExtPhone: '{client}',
        UniqueId: '{U1}',
        ExtTrunk: '',
        Extensions: ['150', '151', '152'],
        Phone: '{client}',
        Trunk: '{line}',
      },
      says: 'звонят телефоны 150, 151 и 152',
    },
    { afterMs: 3_000, event: 'bridge_create', data: BRIDGE, says: '{answered} снимает трубку' },
    { afterMs: 200, event: 'bridge', data: MANAGER_JOINED, says: '{answered} на связи' },
    { afterMs: 200, event: 'bridge', data: CLIENT_JOINED, says: 'клиент на связи, идёт разговор' },
    {
      afterMs: 4_500,
      event: 'bridge_leave',
      data: { ...MANAGER_JOINED, BridgeNumChannels: '1' },
      says: '{answered} положил трубку',
    },
    {
      afterMs: 200,
      event: 'bridge_leave',
      data: { ...CLIENT_JOINED, BridgeNumChannels: '0' },
      says: 'клиент отключился',
    },
    { afterMs: 200, event: 'bridge_destroy', data: BRIDGE, says: 'разговор разобран' },
    {
      afterMs: 400,
      event: 'hangup',
      data: {
        Token: '{token}',
        CallType: 0,
        EndTime: '{now}',
        CallStatus: '2',
        StartTime: '{startedAt}',
        UniqueId: '{U1}',
        DateReceived: '{startedAt}',
        Extensions: ['{answered}'],
        Phone: '{client}',
        Trunk: '{line}',
        ExternalInitiated: true,
      },
      says: 'звонок завершён',
    },
  ],
};
