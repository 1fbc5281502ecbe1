/** An event that is to be appended. */
export type NewEvent = {
  /** One of the types of the store's `EventSchemas`. */
  type: string
  /** JSON. */
  data: unknown
  /** JSON about the event that deciders do not need, such as who caused it. */
  meta?: Readonly<Record<string, unknown>>
}

export type StoredEvent = {
  stream: string
  /** 1 for the first event of the stream. There are no gaps. */
  version: number
  type: string
  /** Schema of `data`. Events are read in the current schema of their type. */
  schema: number
  data: unknown
  meta: Readonly<Record<string, unknown>>
  /** Grows strictly along a stream. */
  recordedAt: Date
  /** Transaction that appended the event. For consistency tokens only, never for order. */
  xid: string
}
