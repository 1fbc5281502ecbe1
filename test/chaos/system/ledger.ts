import { open, readFile } from 'node:fs/promises'
import type { Service } from '../../../contracts/topology.ts'

/** The outcome of an operation, as far as its client knows. */
export type Outcome = 'ok' | 'failed' | 'unknown'

/** An operation before it is sent. */
export type Invoked = {
  at: 'invoked'
  /** 32 hexadecimal digits. They are sent as the trace id, so each event contains the id of its operation. */
  id: string
  kind: string
  database: Service
  viewer: string
  idempotencyKey: string
  /** The changed object as text: the edge, the like, the post or the profile. */
  thing: string
  /** Whether it always changes something if it succeeds. */
  sure: boolean
  input: object
}

/** `detail` is the response. */
export type Ended = { at: 'ended'; id: string; outcome: Outcome; detail?: string }

/** A restore undoes operations that were acknowledged after its backup. This is expected. `time`: milliseconds since 1970. */
export type Taken = {
  at: 'backup' | 'restore'
  phase: 'begun' | 'done'
  database: Service
  backup: string
  time: number
}

export type Entry = Invoked | Ended | Taken

/** A durable file: each entry is on disk before its promise resolves. */
export type Ledger = AsyncDisposable & { write(entry: Entry): Promise<void> }

export async function openLedger(path: string): Promise<Ledger> {
  const file = await open(path, 'ax')
  let pending: string[] = []
  let flushing: Promise<void> | null = null

  /** Runs until no entry is left. Entries that arrive during a write are written together next. */
  async function flush(): Promise<void> {
    while (pending.length > 0) {
      const lines = pending
      pending = []
      await file.appendFile(lines.join(''))
      await file.datasync()
    }
    flushing = null
  }

  return {
    async write(entry) {
      pending.push(`${JSON.stringify(entry)}\n`)
      flushing ??= flush()
      await flushing
    },
    async [Symbol.asyncDispose]() {
      await flushing
      await file.close()
    },
  }
}

export async function readLedger(path: string): Promise<Entry[]> {
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Entry)
}
