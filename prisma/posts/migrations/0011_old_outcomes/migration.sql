-- For the deletion of old outcomes.
create index reactor_request_decided_idx on reactor_request (consumer, source, decided_at) where outcome is not null;
