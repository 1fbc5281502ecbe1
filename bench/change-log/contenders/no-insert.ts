import type { insertEvents as original } from '../../../patterns/change-log/writer/insert-events.ts'

/** Leaves out the check and the statement. The xid is any, so that the answer has its token all the same. */
export const insertEvents: typeof original = async (_, events) => (events.length > 0 ? '3' : null)
