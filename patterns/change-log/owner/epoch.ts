import type { Sql } from '../../../contracts/sql.ts'

/** Whether the log may continue in this database. It is also `restored` if the log was refused before, for any reason. */
export type LogCheck = { kind: 'ok' } | { kind: 'standby' } | { kind: 'restored'; reason: string }

/**
 * Starts the log of a database that has none. All rows of the outbox are still to come in it. If there is a log, nothing
 * changes. An epoch is the time of its start in seconds, so it grows even if the database was restored to a time before the
 * last epoch.
 */
export async function startLog(sql: Sql): Promise<void> {
  await sql(
    `with started as (
       insert into log_state (epoch, system_identifier, database_oid, timeline)
       select ${SECONDS}, ${IDENTITY} on conflict do nothing returning epoch
     )
     insert into tick (n, epoch, prev, cur, base, cnt, marks, time)
     select 1, epoch, '${SEES_NOTHING}', '${SEES_NOTHING}', 1, 0, '{}', statement_timestamp() from started`,
  )
}

/**
 * Compares the database with the one in which the ticks were taken. After a restore, or a failover that may have lost
 * commits, the offsets may have been given to other events before. So the log must not continue without a new epoch. A
 * refused log stays refused, even if a later comparison finds no difference.
 */
export async function checkLog(sql: Sql): Promise<LogCheck> {
  const [recovery] = await sql<{ standby: boolean }>('select pg_is_in_recovery() as standby')
  if (recovery?.standby) return { kind: 'standby' }
  const [row] = await sql<Compared>(COMPARE)
  const reason = row && reasonOf(row)
  return reason ? { kind: 'restored', reason } : { kind: 'ok' }
}

/** Stores why the log is refused. Does nothing if its epoch was raised since `epoch` was read. */
export async function rememberRefusal(sql: Sql, epoch: number | null, reason: string): Promise<void> {
  await sql(
    'update log_state set refused = $2 where epoch = $1 and refused is distinct from $2',
    epoch,
    reason,
  )
}

/**
 * Starts a new epoch. The rows of the old one are deleted; a consumer that needs them reads the state instead. Transactions
 * that are in progress belong to the new epoch. Never run it in a transaction that writes events: a snapshot does not name
 * its own transaction, so those events might count as already seen, and be lost.
 *
 * @returns the new epoch
 */
export async function bumpEpoch(sql: Sql): Promise<number> {
  await sql(BUMP)
  const [row] = await sql<{ epoch: string }>('select epoch from log_state')
  if (!row) throw new Error('The log of this database was never started, so it has no epoch to raise.')
  return Number(row.epoch)
}

/**
 * Continues in the old epoch: after a failover or a move that is known to have lost nothing, or if a transport belonged to
 * another log. Changes nothing if `mayKeep` forbids it.
 *
 * @returns whether the log continues
 */
export async function keepEpoch(sql: Sql): Promise<boolean> {
  const kept = await sql<object>(
    `update log_state set (system_identifier, database_oid, timeline) = (select ${IDENTITY}), refused = null
     where refused is distinct from $1 and ${IS_BEHIND} is not true
     returning 1`,
    BEHIND,
  )
  return kept.length > 0
}

/**
 * Whether a log that is refused for this reason may continue in its epoch. It may not if its transaction ids are behind:
 * events that are written with such ids would be in no tick.
 */
export function mayKeep(reason: string): boolean {
  return reason !== BEHIND
}

/** Databases store this text, so it must not change. */
const BEHIND = 'its transaction ids are behind those of its last tick'

type Compared = {
  system: boolean
  database: boolean
  timeline: boolean
  behind: boolean
  refused: string | null
}

/**
 * Why the log is refused; null if it is not. A reason that forbids `keepEpoch` comes first, because a restored dump is also
 * on another cluster.
 */
function reasonOf({ system, database, timeline, behind, refused }: Compared): string | null {
  if (behind) return BEHIND
  if (refused !== null) return refused
  if (!system) return 'it is on another database cluster'
  if (!database) return 'it is another database of the cluster'
  return timeline ? null : 'its cluster is on another timeline: restored to a point in time, or failed over'
}

/** A snapshot that sees no row: 3 is the first ordinary transaction id. */
const SEES_NOTHING = '3:3:'

const SECONDS = 'extract(epoch from statement_timestamp())::bigint'

/** For a while after a promotion, the control file still has the old timeline. The name of a WAL file has the new one. */
const IDENTITY = `(select system_identifier from pg_control_system()),
  (select oid from pg_database where datname = current_database()),
  left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`

const IS_BEHIND = `(select pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(cur)
  from tick order by n desc limit 1)`

const COMPARE = `
  select s.system_identifier = now.system as system, s.database_oid = now.database as database,
         s.timeline = now.timeline as timeline, ${IS_BEHIND} as behind, s.refused
  from log_state s, (select ${IDENTITY}) as now (system, database, timeline)`

/**
 * The lock is taken before the snapshot, so ticks and retention wait, and the statement sees all of their rows. Without it, a
 * tick that is taken at the same moment would have the number of the first tick of the epoch.
 */
const BUMP = `
  do $$ begin
    lock table tick in share row exclusive mode;
    with last as (
      select max(n) as n from tick
    ), gone as (
      delete from tick
    ), rows_gone as (
      delete from outbox
    ), state as (
      update log_state set (system_identifier, database_oid, timeline) = (select ${IDENTITY}),
        epoch = greatest(epoch + 1, ${SECONDS}), floor = null, refused = null
      returning epoch
    )
    insert into tick (n, epoch, prev, cur, base, cnt, marks, time)
    select last.n + 1, epoch, pg_current_snapshot(), pg_current_snapshot(), 1, 0, '{}', statement_timestamp()
    from last, state;
  end $$`
