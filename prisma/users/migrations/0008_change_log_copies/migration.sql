-- How far the copies in this database had come in the tick's own snapshot: [{"source", "epoch", "cur"}], a row for each
-- consumer; `cur` is null while a key is parked. Null: this database keeps no copies.
alter table tick add column copies jsonb;
