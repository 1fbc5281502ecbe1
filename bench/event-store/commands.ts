import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isFailure } from '../../contracts/failure.ts'
import type { Transact } from '../../contracts/sql.ts'
import { createRandom } from '../../local/seed/random.ts'
import {
  decideRelations,
  lockPairs,
  type Change,
} from '../../subgraphs/followers/commands/decide-relations.ts'
import type { Pair } from '../../subgraphs/followers/domain/relation.ts'

const COMMANDS_PER_SECOND = 100

/** Runs commands at a constant rate until it is stopped: a user stops to follow another, or follows again. */
export function createCommands(transact: Transact, pairs: readonly Pair[]) {
  const random = createRandom(1, 'commands')
  const busy = new Set<Pair>()
  const ended = new Set<Pair>()

  /** A random pair that no command is about now. */
  function draw(): Pair {
    for (;;) {
      const pair = random.pick(pairs)
      if (!busy.has(pair)) return pair
    }
  }

  async function command(): Promise<void> {
    const pair = draw()
    busy.add(pair)
    const requestId = randomUUID()
    const changes: Change[] = ended.has(pair)
      ? [
          { pair, command: { type: 'follow', requestId, blocked: false } },
          { pair, command: { type: 'accept', requestId } },
        ]
      : [{ pair, command: { type: 'unfollow' } }]
    const decided = await transact(async (tx) => {
      await lockPairs(tx, [pair])
      return decideRelations(tx, changes, { clock: Date.now, newId: randomUUID, actor: pair.follower })
    })
    if (isFailure(decided)) throw new Error(decided.message)
    if (!ended.delete(pair)) ended.add(pair)
    busy.delete(pair)
  }

  /** @returns how long each command took after it was due, ms, ascending */
  return async function run(stop: AbortSignal): Promise<number[]> {
    const latencies: number[] = []
    const running: Promise<void>[] = []
    const started = performance.now()
    const timed = async (due: number) => {
      await command()
      latencies.push(performance.now() - due)
    }
    while (!stop.aborted) {
      const due = () => started + (running.length * 1_000) / COMMANDS_PER_SECOND
      while (due() <= performance.now()) {
        const one = timed(due())
        // Rejects below.
        one.catch(() => {})
        running.push(one)
      }
      await delay(1)
    }
    await Promise.all(running)
    return latencies.toSorted((a, b) => a - b)
  }
}
