-- A call that was handed on and then turned out to be none: its key is <call>:cancel.
alter table crm_events drop constraint crm_events_event_type_check;
alter table crm_events add constraint crm_events_event_type_check
  check (event_type in ('dial', 'answer', 'hangup', 'cancel'));
