/**
 * The operations and observations of a run, as data. Checkers use nothing else, so they can check any run, from a
 * scenario of one second to a night of chaos.
 */
export type History = {
  operations: readonly Operation[]
  /** Records as each reader received them, in order. A reader can receive a record again. */
  seen: readonly SeenRecord[]
  /** The final log of the last epoch. Its beginning may have been deleted by retention. */
  log: readonly LoggedRecord[]
  /** The effects of a consumer, in the order in which they were applied. */
  effects: readonly Effect[]
  /** Events that are still parked. */
  parked: readonly { key: string; epoch: number; offset: number }[]
  reads: readonly Read[]
  /** The final state of the owner and the final copy of the consumer, by object. */
  owner: ReadonlyMap<string, string>
  copy: ReadonlyMap<string, string>
}

/** One entry of the client's ledger. */
export type Operation = {
  id: string
  /** Key of the aggregate that was changed. */
  key: string
  /** `unknown`: the commit got no response, or a restore may have undone it. */
  outcome: 'ok' | 'failed' | 'unknown'
}

export type LoggedRecord = {
  epoch: number
  offset: number
  /** Null for a control record. */
  event: {
    /** Id of the operation that wrote it. */
    operation: string
    key: string
    /** Its number among the changes of its key, in the order of the key's locks. Null if unknown. */
    turn: number | null
  } | null
}

export type SeenRecord = LoggedRecord & { reader: string }

/** If `at` is null, the effect came with an export, not with an event. */
export type Effect = { operation: string; key: string; at: { epoch: number; offset: number } | null }

/** A read with a consistency token: the operations in the token, and those visible in the response. */
export type Read = { written: readonly string[]; saw: readonly string[] }

/** One line for each fault. Empty if there is none. */
export type Checker = (history: History) => string[]

export function place({ epoch, offset }: { epoch: number; offset: number }): string {
  return `${epoch}-${offset}`
}

/** All records that any reader has received. */
export function allRecords({ seen, log }: History): LoggedRecord[] {
  return [...seen, ...log]
}
