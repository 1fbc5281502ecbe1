-- Why the event after this offset waits for another log, and since when. Null: it does not.
alter table consumer_offset add column waiting text, add column waiting_since timestamptz(3);
