import type { insertEvents as original } from '../../../patterns/change-log/writer/insert-events.ts'

/** A job for each change of a profile, in the transaction of the change, as graphile-worker is meant to be used. */
export const insertEvents: typeof original = async (tx, events) => {
  let xid: string | null = null
  for (const { type, payload } of events) {
    if (type !== 'user.updated') continue
    const [row] = await tx<{ xid: string }>(ADD_JOB, JSON.stringify(payload))
    xid = row?.xid ?? null
  }
  return xid
}

const ADD_JOB = `
  select pg_current_xact_id()::text as xid from graphile_worker.add_job('profile', payload => $1::json)`
