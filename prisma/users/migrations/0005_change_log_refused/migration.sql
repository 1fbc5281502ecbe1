-- Why the log was refused, until its epoch is raised or kept: transaction ids that were behind catch up, and a transport
-- that was ahead may be emptied, and neither gives anything back. Null: it was not.
alter table log_state add column refused text;
