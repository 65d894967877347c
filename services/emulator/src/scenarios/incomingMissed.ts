import type { Scenario } from './scenario.js';

/** A client calls, a group rings, nobody answers. */
export const incomingMissed: Scenario = {
  code: '2-2',
  title: 'Входящий звонок, на который никто не ответил',
  steps: [
    {
      afterMs: 0,
      event: 'start',
      data: { CallType: 0, Token: '{token}', Trunk: '{line}', Phone: '{client}', UniqueId: '{U1}' },
      says: 'тот же клиент звонит снова, теперь на линию {line}',
    },
    {
      afterMs: 600,
      event: 'new_callerid',
      data: {
        ConnectedLineNum: '<unknown>',
        UniqueId: '{U1}',
        Context: 'from-out-office',
        CallerIDNum: '{client}',
        Token: '{token}',
        ConnectedLineName: '<unknown>',
        Exten: '{line}',
        CallerIDName: '-{client}',
        Channel: 'SIP/{line}-00000020',
      },
      says: 'определился номер',
    },
    {
      afterMs: 1_000,
      event: 'dial',
      data: {
        CallType: 0,
        Trunk: '{line}',
        ExtPhone: '{client}',
        Phone: '{client}',
        UniqueId: '{U1}',
        Extensions: ['150', '151', '152'],
        Token: '{token}',
        ExtTrunk: '',
      },
      says: 'звонят телефоны 150, 151 и 152, никто не подходит',
    },
    {
      afterMs: 5_400,
      event: 'hangup',
      data: {
        CallType: 0,
        DateReceived: '{startedAt}',
        CallStatus: '0',
        Phone: '{client}',
        UniqueId: '{U1}',
        StartTime: '{startedAt}',
        Extensions: [''],
        Token: '{token}',
        EndTime: '{now}',
        Trunk: '{line}',
      },
      says: 'клиент не дождался ответа',
    },
  ],
};
