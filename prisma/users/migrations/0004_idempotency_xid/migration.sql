-- Whoever repeats a key is told the transaction of its effect, for a consistency token. Keys of before tell this migration's.
alter table idempotency_key add column xid xid8 not null default pg_current_xact_id();
