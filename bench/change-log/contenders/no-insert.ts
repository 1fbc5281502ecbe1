import type {
  insertEvents as originalInsert,
  writeToOutbox as original,
} from '../../../patterns/change-log/writer/insert-events.ts'

/** Leaves out the check and the statement. The xid is any, so that the response has its token all the same. */
export const writeToOutbox: typeof original = async (_, events) =>
  events.length > 0 ? { xid: '3', floor: '3' } : null

export const insertEvents: typeof originalInsert = async (...given) =>
  (await writeToOutbox(...given))?.xid ?? null
