import { open, readFile } from 'node:fs/promises'
import type { Service } from '../../../contracts/topology.ts'

/** How an operation ended, as its client knows it. */
export type Outcome = 'ok' | 'failed' | 'unknown'

/** One operation that a client is about to send. */
export type Invoked = {
  at: 'invoked'
  /** 32 hexadecimal digits, which travel as the trace id: so each event tells its operation. */
  id: string
  kind: string
  database: Service
  viewer: string
  idempotencyKey: string
  /** What it changes, in words of its own: the edge, the like, the post, the profile. */
  thing: string
  /** Whether it must change something when it succeeds; else it may find its work done. */
  sure: boolean
  input: object
}

/** `detail`: what was answered. */
export type Ended = { at: 'ended'; id: string; outcome: Outcome; detail?: string }

/** A restore takes back, by design, what was acknowledged after its backup. */
export type Taken = { at: 'backup' | 'restore'; phase: 'begun' | 'done'; database: Service; backup: string }

export type Entry = Invoked | Ended | Taken

/** A file that survives whatever happens to the machine: each entry is on disk before its promise resolves. */
export type Ledger = AsyncDisposable & { write(entry: Entry): Promise<void> }

export async function openLedger(path: string): Promise<Ledger> {
  const file = await open(path, 'ax')
  let pending: string[] = []
  let flushing: Promise<void> | null = null

  /** Ends when nothing is left: who comes while something is written shares what is written next. */
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
