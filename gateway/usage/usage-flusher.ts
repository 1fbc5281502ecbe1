import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import { chunksOf } from './usage-batch.ts'
import type { UsageRecorder } from './usage-recorder.ts'
import { dayOf, type GatewayState, type UsageChunk, type UsageStore } from './usage-store.ts'

export type UsageFlusherOptions = {
  recorder: UsageRecorder
  store: UsageStore
  /** `off`: say that requests are served without being recorded. */
  state: Exclude<GatewayState, 'stopped'>
  /** A random id of this process. */
  gateway: string
  /** In milliseconds since 1970. */
  clock: Clock
}

/** Maximum number of chunks that wait for the store. Older ones are then replaced by the number of their requests. */
const MAX_WAITING = 100

/** How long the last flush is tried, and how often. Milliseconds. */
const [LAST_WRITE_MS, RETRY_MS] = [500, 20]

/** Writes what the recorder has counted to a store. While the store is unreachable, the recorder goes on counting. */
export class UsageFlusher {
  /** Writes by outcome. */
  written = 0
  failed = 0
  readonly #options: UsageFlusherOptions
  #waiting: UsageChunk[] = []
  #sequence = 0
  #flushing: Promise<void> = Promise.resolve()

  constructor(options: UsageFlusherOptions) {
    this.#options = options
  }

  /** Resolves when everything is written, or a write has failed. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#flush(this.#options.state))
    return this.#flushing
  }

  /** The last flush. A store that is not connected yet is waited for, but not for long. */
  async stop(): Promise<void> {
    await this.#flushing
    this.#seal(this.#options.state === 'recording' ? 'stopped' : 'off')
    const began = performance.now()
    await this.#write()
    while (this.#waiting.length > 0 && performance.now() - began < LAST_WRITE_MS) {
      await delay(RETRY_MS)
      await this.#write()
    }
  }

  async #flush(state: GatewayState): Promise<void> {
    const { recorder, clock } = this.#options
    // What is counted while the store is unreachable stays in one batch, but belongs to its day.
    if (this.#waiting.length === 0 || dayOf(recorder.since) !== dayOf(clock())) this.#seal(state)
    await this.#write()
  }

  #seal(state: GatewayState): void {
    const { recorder, gateway, clock } = this.#options
    const to = clock()
    const chunks = chunksOf(recorder.take(to), {
      gateway,
      to,
      state,
      next: () => ++this.#sequence,
    })
    this.#waiting.push(...chunks)
    const excess = this.#waiting.length - MAX_WAITING
    this.#waiting = this.#waiting.map((chunk, i) => {
      if (i >= excess) return chunk
      const lost = requestsOf(chunk)
      recorder.lost += lost
      return { ...chunk, lost: chunk.lost + lost, operations: [], uses: [], inputs: [] }
    })
  }

  async #write(): Promise<void> {
    const { recorder, store } = this.#options
    for (let chunk = this.#waiting[0]; chunk; chunk = this.#waiting[0]) {
      try {
        // The store has added it to the lost requests of the day.
        recorder.lost += await store.write(chunk)
        this.written++
        this.#waiting.shift()
      } catch {
        // The next flush tries again. The connection reports why.
        this.failed++
        return
      }
    }
  }
}

const requestsOf = ({ uses }: UsageChunk) => uses.reduce((sum, { count }) => sum + count, 0)
