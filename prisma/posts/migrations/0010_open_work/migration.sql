-- A key that a reactor's rebuild has put here with its open work: it has not failed, and is drained.
alter table parked_key add column draining boolean not null default false;
create index parked_key_draining_idx on parked_key (consumer, source, key) where draining;

-- Of an item of open work: the id of the request.
alter table parked_event add column request text;
create index parked_event_request_idx on parked_event (consumer, source, request) where request is not null;

-- The requests that a reactor has taken up. `outcome` null: it is open. An outcome never changes, so that a repeat of the
-- request is answered from here.
create table reactor_request (
  consumer text not null,
  source text not null,
  id text not null,
  key text not null,
  outcome jsonb,
  taken_at timestamptz(3) not null default now(),
  decided_at timestamptz(3),
  primary key (consumer, source, id)
);
create index reactor_request_open_idx on reactor_request (consumer, source, id) where outcome is null;
