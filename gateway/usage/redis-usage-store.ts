import { redisScript, type SendCommand } from '../../patterns/change-log/index.ts'
import { WRITE_CHUNK } from './redis-script.ts'
import {
  KEPT_DAYS,
  type GatewayDay,
  type OperationDetails,
  type UsageChunk,
  type UsageDay,
  type UsageReader,
  type UsageStore,
  type Use,
} from './usage-store.ts'

const DAY_MS = 86_400_000

/** A day is kept until `KEPT_DAYS` further days have ended. Seconds. */
const KEPT_S = (KEPT_DAYS + 1) * (DAY_MS / 1_000)

/**
 * Limits of the store: fields of one day, operations, and the memory of Redis for all days and operations together, in bytes. It
 * is an estimate. What has no room counts as lost requests.
 */
export const STORE_LIMITS = { fieldsPerDay: 60_000, operations: 20_000, bytes: 67_108_864 }

const dayKey = (day: string) => `${PREFIX}day:${day}`
const PREFIX = 'tessera:usage:'

/**
 * Keeps the recording of each day in one hash, so that its counts cannot be lost without the times that they cover. Its fields:
 *
 * - `g:GATEWAY`: the recording of one gateway, see `GatewayDay`. `g:GATEWAY.SEQUENCE`: a part of it, if Redis has lost what followed
 * - `n:SIGNATURE:CLIENT` and `t:SIGNATURE:CLIENT`: number of requests, and the time of the last one
 * - `i:SIGNATURE:COORDINATE`: a schema coordinate in the variables
 *
 * The details of an operation are in a key of their own.
 */
export function redisUsageStore(send: SendCommand, limits = STORE_LIMITS): UsageStore & UsageReader {
  const write = redisScript(send, WRITE_CHUNK)
  /** Signatures of operations that this process has written on this day. Writing them renews their expiry. */
  const known = new Set<string>()
  let knownOn = ''
  return {
    async write(chunk) {
      const keys = [dayKey(chunk.day), `${PREFIX}index`]
      if (chunk.day !== knownOn || known.size > MAX_KNOWN) known.clear()
      knownOn = chunk.day
      const added = chunk.operations.filter(({ signature }) => !known.has(signature))
      let lost = await write(keys, [argumentOf(chunk, limits, added, false)])
      // Redis has been emptied since, or it has evicted operations.
      if (lost === NOT_WRITTEN) lost = await write(keys, [argumentOf(chunk, limits, chunk.operations, true)])
      for (const { signature } of chunk.operations) known.add(signature)
      return Number(lost)
    },
    async readDay(day) {
      const reply = (await send(['HGETALL', dayKey(day)])) as string[]
      return reply.length === 0 ? null : parseDay(day, reply)
    },
    async readOperations(signatures) {
      const found: OperationDetails[] = []
      for (let i = 0; i < signatures.length; i += READ_AT_ONCE) {
        const keys = signatures
          .slice(i, i + READ_AT_ONCE)
          .map((signature) => `${PREFIX}operation:${signature}`)
        const texts = (await send(['MGET', ...keys])) as (string | null)[]
        for (const text of texts) if (text !== null) found.push(JSON.parse(text) as OperationDetails)
      }
      return found
    },
  }
}

const READ_AT_ONCE = 500

/** Maximum number of signatures that are remembered. */
const MAX_KNOWN = 50_000

/** The script has changed nothing, because it needs the details of all operations. */
const NOT_WRITTEN = -1

/**
 * @param details operations to store
 * @param complete whether these are all operations of the chunk
 */
function argumentOf(
  chunk: UsageChunk,
  { fieldsPerDay, operations, bytes }: typeof STORE_LIMITS,
  details: readonly OperationDetails[],
  complete: boolean,
): string {
  const { gateway, sequence, from, to, end, state, lost } = chunk
  const dayNumber = Date.parse(chunk.day) / DAY_MS
  return JSON.stringify({
    gateway: { gateway, sequence, from, to, end, state, lost },
    kept: KEPT_S,
    fields: fieldsPerDay,
    operations,
    bytes,
    prefix: PREFIX,
    day: chunk.day,
    dayNumber,
    expired: dayNumber - KEPT_DAYS - 1,
    complete,
    details: details.map((added) => [added.signature, JSON.stringify(added)]),
    uses: chunk.uses.map(({ signature, client, count, lastUsed }) => [signature, client, count, lastUsed]),
    inputs: chunk.inputs.map(({ signature, coordinate }) => [signature, coordinate]),
  })
}

function parseDay(day: string, reply: readonly string[]): UsageDay {
  const fields = new Map<string, string>()
  for (let i = 0; i < reply.length; i += 2) fields.set(reply[i] ?? '', reply[i + 1] ?? '')
  const gateways: GatewayDay[] = []
  const uses: Use[] = []
  const inputs: { signature: string; coordinate: string }[] = []
  for (const [field, value] of fields) {
    const [, kind, signature = '', rest = ''] = /^(.):([^:]*):?(.*)$/s.exec(field) ?? []
    if (kind === 'g') gateways.push(JSON.parse(value) as GatewayDay)
    if (kind === 'i') inputs.push({ signature, coordinate: rest })
    if (kind !== 'n') continue
    const lastUsed = Number(fields.get(`t:${signature}:${rest}`))
    uses.push({ signature, client: rest, count: Number(value), lastUsed })
  }
  return { day, gateways, uses, inputs }
}
