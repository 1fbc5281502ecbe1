import { exportUsage } from './schema-usage/export-usage.ts'
import { redisUsageStore } from '../gateway/usage/redis-usage-store.ts'
import { redisOfGateways } from './schema-usage/redis-of-gateways.ts'
import { renderUsage } from './schema-usage/render-usage.ts'
import { dayOf, KEPT_DAYS } from '../gateway/usage/usage-store.ts'
import { oneOf, parseCommandLine, type Command } from '../platform/command-line.ts'
import { systemClock } from '../platform/clock.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { dialRedis } from '../platform/redis/client.ts'
import { explainFault } from '../platform/redis/faults.ts'

const DAY_MS = 86_400_000

const USAGE = {
  name: 'npm run schema:usage',
  about: `Prints which operations clients have sent to the gateways, with the number of requests of each client and version, and the
time that the recording covers.`,
  positionals: { usage: 'export', min: 1, max: 1 },
  options: {
    from: {
      type: 'string',
      value: 'DATE',
      about: `first UTC day, such as 2026-11-01 (default: ${KEPT_DAYS} days ago)`,
    },
    to: { type: 'string', value: 'DATE', about: 'last UTC day (default: today)' },
    json: {
      type: 'boolean',
      about:
        'print the JSON that `npm run schema:check -- --usage FILE` reads;\nuse `npm run -s`, or npm prints lines of its own',
    },
  },
  notes: `Reads the Redis of REDIS_URL, in which the gateways record. Without REDIS_URL it reads the one that \`npm start\` runs for
DATA_DIR (default: .data). See docs/gateway.md.`,
  examples: [
    ['export', 'what was used in the last 90 days'],
    ['export --from 2026-11-01 --to 2026-11-30 --json', 'what was used in November, for the check'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values, positionals } = parseCommandLine(USAGE)
  oneOf('The command', positionals[0] ?? '', ['export'])
  const now = systemClock()
  const from = dayStart('--from', values.from ?? dayOf(now - KEPT_DAYS * DAY_MS))
  const to = dayStart('--to', values.to ?? dayOf(now)) + DAY_MS - 1
  if (from > to) throw new UserFacingError(`--from ${dayOf(from)} is later than --to ${dayOf(to)}.`)
  const oldest = now - (KEPT_DAYS + 1) * DAY_MS
  const usage = await readUsage({ from: Math.max(from, Date.parse(dayOf(oldest))), to })
  if (!usage) {
    throw new UserFacingError(
      `No gateway recorded anything from ${dayOf(from)} to ${dayOf(to)} in this Redis. Gateways record if they have its REDIS_URL and USAGE_RECORDING is on.`,
    )
  }
  if (values.json) console.log(JSON.stringify(usage, null, 2))
  else for (const line of renderUsage(usage)) console.log(line)
})

async function readUsage(asked: { from: number; to: number }) {
  const url = await redisOfGateways(inheritedEnv())
  try {
    await using redis = await dialRedis(url)
    return await exportUsage(redisUsageStore(redis.send), asked)
  } catch (error) {
    if (error instanceof TypeError) throw error
    throw new UserFacingError(explainFault(error).text)
  }
}

/** Milliseconds since 1970. */
function dayStart(option: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  // JavaScript reads February 30th as March 1st.
  if (!Number.isNaN(ms) && dayOf(ms) === text) return ms
  throw new UserFacingError(`${option} ${JSON.stringify(text)}: expected a day such as 2026-11-30.`)
}
