/**
 * What was done and what was observed, as data: checkers look at nothing else, so that any run can be judged, be it a
 * scenario of one second or a night of chaos.
 */
export type History = {
  operations: readonly Operation[]
  /** Records as readers got them, each reader's in its order; a reader may get a record again. */
  seen: readonly SeenRecord[]
  /** The log as it is in the end, of its last epoch. It may begin late, when retention has run. */
  log: readonly LoggedRecord[]
  /** What a consumer has applied, in the order in which it was applied. */
  effects: readonly Effect[]
  /** What is still parked. */
  parked: readonly { key: string; epoch: number; offset: number }[]
  reads: readonly Read[]
  /** The owner's state and the consumer's copy of it in the end: what they hold of each thing. */
  owner: ReadonlyMap<string, string>
  copy: ReadonlyMap<string, string>
}

/** One entry of the client's ledger. */
export type Operation = {
  id: string
  /** Of the aggregate that was changed. */
  key: string
  /** `unknown`: the answer to the commit never came, or a restore has taken it back. */
  outcome: 'ok' | 'failed' | 'unknown'
}

export type LoggedRecord = {
  epoch: number
  offset: number
  /** Null: a control record. */
  event: {
    /** Of the operation that wrote it. */
    operation: string
    key: string
    /** Its place among the changes of its key, in the order of the key's locks; null when that is not known. */
    turn: number | null
  } | null
}

export type SeenRecord = LoggedRecord & { reader: string }

/** `at` null: it came with an export, not by an event. */
export type Effect = { operation: string; key: string; at: { epoch: number; offset: number } | null }

/** One read under a consistency token: which operations the token names, and which the answer showed. */
export type Read = { written: readonly string[]; saw: readonly string[] }

/** What is wrong, one line for each; none when all is well. */
export type Checker = (history: History) => string[]

export function place({ epoch, offset }: { epoch: number; offset: number }): string {
  return `${epoch}-${offset}`
}

/** Every record that anybody has seen. */
export function allRecords({ seen, log }: History): LoggedRecord[] {
  return [...seen, ...log]
}
