import type { SendCommand } from '../transports/redis/command.ts'
import { redisScript } from '../transports/redis/script.ts'
import { encodeEffects, type Effect } from './redis-effect.ts'
import { MOVE } from './redis-effects-script.ts'

/**
 * Effects in Redis of a work list that is kept in Postgres. The cursor says how far Redis has the list. It lives beside the
 * effects and moves in the script that applies them, by compare-and-set: a worker that was paused changes nothing when it
 * wakes, and a Redis that was restored from an old file is behind its own cursor and gets the rest of the list again.
 *
 * Redis does not roll back what a script has done before an error. So effects are absolute, the keys are checked before the
 * first effect, and the cursor is written last: whatever fails, the same batch can be applied again.
 *
 * Nothing is parked here, and nothing is rebuilt: whoever keeps the work list decides that.
 */
export type RedisEffects = {
  /** The full name of a key of this partition, for reading it. */
  keyOf(name: string): string
  /** Null: Redis has nothing, or has lost it. */
  cursor(): Promise<string | null>
  /** Applies a batch. Rejects when Redis does, or does not answer; then the batch may be sent again. */
  apply(batch: EffectBatch): Promise<BatchEnd>
}

export type EffectBatch = {
  /** Where the cursor must be; null: there is none yet. */
  from: string | null
  /** Where it is then: a text that is used for no other batch, such as epoch and work id. */
  to: string
  effects: readonly Effect[]
}

/**
 * - `applied`
 * - `repeated`: the cursor was at `to` already, so the batch has been applied
 * - `fenced`: the cursor is elsewhere; nothing was changed
 * - `wrong type`: a key holds another type than an effect needs; nothing was changed
 */
export type BatchEnd =
  | { kind: 'applied' | 'repeated' }
  | { kind: 'fenced'; cursor: string | null }
  | { kind: 'wrong type'; key: string; expected: string; found: string }

/**
 * @param partition name of a part of the readers, whose keys stand together in a Redis Cluster: it is their hash tag
 */
export function redisEffects({ send, partition }: { send: SendCommand; partition: string }): RedisEffects {
  if (!/^[^{}\s]+$/.test(partition)) {
    throw new TypeError(
      `A partition is named without braces and white space, unlike ${JSON.stringify(partition)}.`,
    )
  }
  const cursorKey = `cursor:{${partition}}`
  const keyOf = (name: string) => `{${partition}}:${name}`
  const move = redisScript(send, MOVE)
  return {
    keyOf,
    async cursor() {
      const cursor = await send(['GET', cursorKey])
      if (cursor === null || typeof cursor === 'string') return cursor
      throw new TypeError(`not a cursor: ${JSON.stringify(cursor)}`)
    },
    async apply({ from, to, effects }) {
      if (to === '' || from === '' || from === to) {
        throw new RangeError(
          `A cursor moves to another text that is not empty, not from "${from}" to "${to}".`,
        )
      }
      const { names, args } = encodeEffects(effects)
      return parseEnd(await move([cursorKey, ...names.map(keyOf)], [from ?? '', to, ...args]))
    },
  }
}

function parseEnd(reply: unknown): BatchEnd {
  const [kind, ...rest] = Array.isArray(reply) ? reply.map(String) : []
  if (kind === 'applied' || kind === 'repeated') return { kind }
  if (kind === 'fenced') return { kind, cursor: rest[0] || null }
  const [key = '', expected = '', found = ''] = rest
  if (kind === 'wrong type') return { kind, key, expected, found }
  throw new TypeError(`not a reply of the script: ${JSON.stringify(reply)}`)
}
