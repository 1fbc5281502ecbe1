import type {
  insertEvents as originalInsert,
  writeToOutbox as original,
  WritingXid,
} from '../../../patterns/change-log/writer/insert-events.ts'

/** A job for each change of a profile, in the transaction of the change, as graphile-worker is meant to be used. */
export const writeToOutbox: typeof original = async (tx, events) => {
  let written: WritingXid | null = null
  for (const { type, payload } of events) {
    if (type !== 'user.updated') continue
    const [row] = await tx<WritingXid>(ADD_JOB, JSON.stringify(payload))
    written = row ?? null
  }
  return written
}

export const insertEvents: typeof originalInsert = async (...given) =>
  (await writeToOutbox(...given))?.xid ?? null

const ADD_JOB = `
  select pg_current_xact_id()::text as xid, pg_snapshot_xmin(pg_current_snapshot())::text as floor
  from graphile_worker.add_job('profile', payload => $1::json)`
