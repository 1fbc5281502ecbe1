import type { Sql } from '../sql-port.ts'

/** Whether the log may go on in this database: `restored` is also said where it was refused before, for any reason. */
export type LogCheck = { kind: 'ok' } | { kind: 'standby' } | { kind: 'restored'; reason: string }

/**
 * Starts the log of a database that has none, with all its rows still to come; else changes nothing. An epoch is the
 * time of its start in seconds, so that it grows even when the database was restored to a time before the last one.
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
 * Compares the database with the one the ticks were taken in. After a restore, or a failover that may have lost
 * commits, offsets may have been given to other events before: nobody may go on without a new epoch. What was refused
 * stays so, though the comparison should pass later.
 */
export async function checkLog(sql: Sql): Promise<LogCheck> {
  const [recovery] = await sql<{ standby: boolean }>('select pg_is_in_recovery() as standby')
  if (recovery?.standby) return { kind: 'standby' }
  const [row] = await sql<Compared>(COMPARE)
  const reason = row && reasonOf(row)
  return reason ? { kind: 'restored', reason } : { kind: 'ok' }
}

/** Remembers why the log is refused; not where its epoch was raised since `epoch` was read. */
export async function rememberRefusal(sql: Sql, epoch: number | null, reason: string): Promise<void> {
  await sql(
    'update log_state set refused = $2 where epoch = $1 and refused is distinct from $2',
    epoch,
    reason,
  )
}

/**
 * Starts a new epoch here. The rows of the old one go: whoever needs them reads the state instead. Transactions that
 * are under way belong to the new epoch. A relay that takes a tick at the same moment makes it fail: do it again.
 * Never in a transaction that writes events: a snapshot does not name its own, so they may pass for seen, and be lost.
 *
 * @returns the new epoch
 */
export async function bumpEpoch(sql: Sql): Promise<number> {
  const [row] = await sql<{ epoch: string }>(
    `with last as (
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
     from last, state
     returning epoch`,
  )
  if (!row) throw new Error('The log of this database was never started: it has no epoch to raise.')
  return Number(row.epoch)
}

/**
 * Goes on in the old epoch: for a failover or a move that is known to have lost nothing, or where a transport was that of
 * another log. Changes nothing where `mayKeep` says no.
 *
 * @returns whether it goes on
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

/** Whether a log that is refused for this reason may go on in its epoch. No tick would have what was written behind it. */
export function mayKeep(reason: string): boolean {
  return reason !== BEHIND
}

/** Databases remember it in these words: they cannot be changed. */
const BEHIND = 'its transaction ids are behind those of its last tick'

type Compared = {
  system: boolean
  database: boolean
  timeline: boolean
  behind: boolean
  refused: string | null
}

/** What cannot be kept comes first: after a dump and restore it is another cluster as well. */
function reasonOf({ system, database, timeline, behind, refused }: Compared): string | null {
  if (behind) return BEHIND
  if (refused !== null) return refused
  if (!system) return 'it is on another database cluster'
  if (!database) return 'it is another database of the cluster'
  return timeline ? null : 'its cluster is on another timeline: restored to a point in time, or failed over'
}

/** Below the first ordinary transaction id, 3: sees no row. */
const SEES_NOTHING = '3:3:'

const SECONDS = 'extract(epoch from statement_timestamp())::bigint'

/** The control file still shows the old timeline for a while after a promotion; the name of a WAL file does not. */
const IDENTITY = `(select system_identifier from pg_control_system()),
  (select oid from pg_database where datname = current_database()),
  left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`

const IS_BEHIND = `(select pg_snapshot_xmax(pg_current_snapshot()) < pg_snapshot_xmax(cur)
  from tick order by n desc limit 1)`

const COMPARE = `
  select s.system_identifier = now.system as system, s.database_oid = now.database as database,
         s.timeline = now.timeline as timeline, ${IS_BEHIND} as behind, s.refused
  from log_state s, (select ${IDENTITY}) as now (system, database, timeline)`
