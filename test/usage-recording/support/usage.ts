import { createHash } from 'node:crypto'
import type { Log } from '../../../platform/log.ts'
import { exportUsage, requestsOf } from '../../../cli/schema-usage/export-usage.ts'
import { redisUsageStore } from '../../../gateway/usage/redis-usage-store.ts'
import { openUsageRecording } from '../../../gateway/usage/open-usage-recording.ts'
import { dayOf } from '../../../gateway/usage/usage-store.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { createLog } from '../../../platform/log.ts'
import type { OwnRedis } from '../../change-log-owner/support/own-redis.ts'

const DAY_MS = 86_400_000

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** What was recorded in the last days. Null if nothing was. @param now milliseconds since 1970 */
export async function usageIn({ url }: OwnRedis, now = Date.now(), days = 3) {
  await using redis = await dialRedis(url)
  const end = Date.parse(dayOf(now)) + DAY_MS
  return await exportUsage(redisUsageStore(redis.send), { from: end - days * DAY_MS, to: end - 1 })
}

/** Number of requests by name of the operation. */
export async function countsIn(redis: OwnRedis): Promise<Record<string, number>> {
  const usage = await usageIn(redis)
  return Object.fromEntries(
    (usage?.operations ?? []).map((operation) => [operation.name ?? '', requestsOf(operation)]),
  )
}

/** A recording by itself, which writes often. */
export function openRecording(
  { url }: OwnRedis,
  clock = () => Date.now(),
  log: Log = createLog('test', { LOG_LEVEL: 'silent' }),
) {
  const recording = openUsageRecording({ redisUrl: url, on: true, clock, log, flushMs: 20 })
  if (!recording?.recorder) throw new Error('nothing is recorded')
  const { recorder, figures } = recording
  return { recorder, figures, [Symbol.asyncDispose]: () => recording[Symbol.asyncDispose]() }
}
