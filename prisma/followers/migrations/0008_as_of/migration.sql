-- Lists of followers at a time in the past, and how their number changed.

-- The follows that ended after a time. With follow_period_past_…, which finds those that began before it, one of the two is
-- always short, except in the middle of a long history.
create index follow_period_ended_followers_idx on follow_period (followee_id, ended_at) include (began_at, follower_id)
  where ended_at is not null;
create index follow_period_ended_following_idx on follow_period (follower_id, ended_at) include (began_at, followee_id)
  where ended_at is not null;

-- The import of follows and blocks that are older than the event store, in the order of their pairs. One row. The service
-- continues it, chunk by chunk. A database without relations has nothing to import.
create table relation_import (
  one boolean primary key default true check (one),
  -- What is imported now: follows, then blocks. Null if all is imported.
  phase text check (phase in ('follows', 'blocks')),
  -- The last pair of the phase that was imported.
  follower_id uuid not null default '00000000-0000-0000-0000-000000000000',
  followee_id uuid not null default '00000000-0000-0000-0000-000000000000',
  -- Number of pairs so far, and of all pairs when the import began.
  pairs bigint not null default 0,
  total bigint not null,
  finished_at timestamptz(3)
);
insert into relation_import (phase, total, finished_at)
select case when total > 0 then 'follows' end, total, case when total = 0 then now() end
from (select (select count(*) from follow_period where ended_at is null) + (select count(*) from block)) as relation (total);
