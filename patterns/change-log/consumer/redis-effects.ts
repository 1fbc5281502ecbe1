import type { SendCommand } from '../transports/redis/command.ts'
import { redisScript } from '../transports/redis/script.ts'
import { encodeEffects, type Effect } from './redis-effect.ts'
import { MOVE } from './redis-effects-script.ts'

/**
 * Applies the effects of a work list, which is kept in Postgres, to Redis. The cursor is the position up to which Redis has
 * the list. It is stored beside the effects. The script that applies them moves it by compare-and-set. So a worker that was
 * paused changes nothing when it continues. A Redis that was restored from an old file has an old cursor, and gets the rest
 * of the list again.
 *
 * Redis does not roll back the writes that a script made before an error. So effects are absolute, the keys are checked
 * before the first effect, and the cursor is written last. After any failure, the same batch can be applied again.
 *
 * Nothing is parked or rebuilt here. That is the task of the service that keeps the work list.
 */
export type RedisEffects = {
  /** The full name of a key of this partition, for reads. */
  keyOf(name: string): string
  /** Null if Redis has no data, or has lost it. */
  cursor(): Promise<string | null>
  /** Applies a batch. Rejects if Redis reports an error or does not respond. Then the batch may be sent again. */
  apply(batch: EffectBatch): Promise<BatchEnd>
}

export type EffectBatch = {
  /** The cursor that Redis must have. Null if there is none yet. */
  from: string | null
  /** The cursor after the batch: a text that no other batch uses, such as epoch and work id. */
  to: string
  effects: readonly Effect[]
}

/**
 * - `applied`: the batch was applied
 * - `repeated`: the cursor was at `to` already, so the batch was applied before
 * - `fenced`: the cursor is neither `from` nor `to`; nothing was changed
 * - `wrong type`: a key has another type than an effect needs; nothing was changed
 */
export type BatchEnd =
  | { kind: 'applied' | 'repeated' }
  | { kind: 'fenced'; cursor: string | null }
  | { kind: 'wrong type'; key: string; expected: string; found: string }

/** @param partition name of the partition. It is the hash tag of its keys, so a Redis Cluster stores them together */
export function redisEffects({ send, partition }: { send: SendCommand; partition: string }): RedisEffects {
  if (!/^[^{}\s]+$/.test(partition)) {
    throw new TypeError(
      `The name of a partition must not contain braces or white space, unlike ${JSON.stringify(partition)}.`,
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
