-- Who blocks whom, copied from the change log and the export of followers.
create table block (
  blocker_id uuid not null,
  blocked_id uuid not null,
  primary key (blocker_id, blocked_id)
);
