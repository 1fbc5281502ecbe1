import { Logger, run } from 'graphile-worker'
import pg from 'pg'

/**
 * A graphile-worker over the database of users, whose jobs write to another database.
 *
 * Arguments of the process: the addresses of both, how many jobs run at once, and the statement that writes. It sends
 * `ready` to its parent when it listens.
 */
const [connectionString, effectsUrl, concurrency, upsert] = process.argv.slice(2)
const concurrentJobs = Number(concurrency)
const effects = new pg.Pool({ connectionString: effectsUrl, max: concurrentJobs })

const runner = await run({
  connectionString,
  concurrency: concurrentJobs,
  maxPoolSize: concurrentJobs + 2,
  noHandleSignals: true,
  logger: new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') console.error(`graphile-worker: ${message}`)
  }),
  taskList: {
    async profile({ userId, name, version }) {
      await effects.query({ name: 'effect', text: upsert, values: [[userId], [name], [version]] })
    },
  },
})
runner.events.on('pool:listen:success', () => process.send('ready'))
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => {
  void runner
    .stop()
    .then(() => effects.end())
    .finally(() => process.exit())
})
