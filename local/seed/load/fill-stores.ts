import { UserFacingError } from '../../../platform/lifecycle.ts'
import { commitStores } from './commit-stores.ts'
import { copyRows, type Table } from './copy-rows.ts'
import { clear, isMarked } from './mark.ts'
import { beginAlone, FILLED, hasRows, openStore, seeded, type Seeded, type Store } from './stores.ts'

type Stores = Record<Seeded, Store>
type Report = {
  log: (line: string) => void
  /** Called during steps that take long with many users. */
  progress: (line: string) => void
}

/** Number of rows between two progress lines. */
const PROGRESS_ROWS = 500_000

/**
 * Fills the three databases, or none of them. Each is filled in one transaction. Rows that a crash between their
 * commits leaves behind are marked, and the next seed removes them.
 *
 * @throws UserFacingError if the databases are not empty, not migrated or not available
 */
export async function fillStores(
  urls: Record<Seeded, string>,
  plan: () => Promise<Record<Seeded, Table[]>>,
  report: Report,
): Promise<void> {
  await using resources = new AsyncDisposableStack()
  const open = async (service: Seeded) => {
    const store = await openStore(service, urls[service])
    resources.defer(() => store.client.end())
    return store
  }
  const stores: Stores = {
    users: await open('users'),
    posts: await open('posts'),
    followers: await open('followers'),
  }
  await beginEmpty(stores, report)
  const tables = await plan()
  await loadAll(stores, tables, report)
  await commitStores(stores, () => openStore('users', urls.users))
  await Promise.all(seeded.map((service) => vacuum(stores[service], report)))
}

/** Begins the transactions, users first. If two seeds run at once, the second one waits there and then finds users. */
async function beginEmpty(stores: Stores, { log }: Report): Promise<void> {
  for (const service of seeded) await beginAlone(stores[service])
  if (await hasRows(stores.users, 'users')) {
    throw new UserFacingError(
      'The users database already has users; nothing was changed. Seed an empty installation: give \
another DATA_DIR, or drop and migrate the three databases.',
    )
  }
  for (const service of ['posts', 'followers'] as const) {
    const store = stores[service]
    const [table] = FILLED[service]
    while (await hasRows(store, table)) {
      if (!(await isMarked(store))) {
        throw new UserFacingError(
          `The ${service} database already has rows in "${table}", although the users database has no users; nothing \
was changed. Check that the DATABASE_URL_* belong together, or drop and migrate the ${service} database.`,
        )
      }
      log(`${service}: removing the rows of an interrupted seed`)
      await clear(store)
      // Clearing has its own transaction, because the next one writes events. Other rows may appear between, so check
      // again.
      await store.client.query('commit')
      await beginAlone(store)
    }
  }
}

/** Loads all tables. If one fails, the others stop, and every transaction is rolled back when its connection closes. */
async function loadAll(stores: Stores, plan: Record<Seeded, Table[]>, report: Report): Promise<void> {
  const failed = new AbortController()
  const loads = seeded.map(async (service) => {
    try {
      for (const table of plan[service]) await load(stores[service], table, failed.signal, report)
    } catch (error) {
      failed.abort(isBug(error) ? error : notLoaded(service, error))
      throw error
    }
  })
  const first = (await Promise.allSettled(loads)).find(({ status }) => status === 'rejected')
  if (first) throw failed.signal.reason
}

async function load(
  { client }: Store,
  table: Table,
  signal: AbortSignal,
  { log, progress }: Report,
): Promise<void> {
  const name = table.target.replace(/ .*/, '')
  let next = PROGRESS_ROWS
  const loaded = await copyRows(client, table.target, table.rows, signal, (rows) => {
    if (rows < next) return
    progress(`${name}: ${rows.toLocaleString('en-US')} rows so far`)
    next += PROGRESS_ROWS
  })
  log(`${name}: ${loaded.toLocaleString('en-US')} rows`)
}

/**
 * Collects statistics, and sets the visibility map and the hint bits. Otherwise the reads of the first minutes do that
 * work, until autovacuum runs: with 100,000 users, a profile page took more than twice the CPU.
 */
async function vacuum({ service, client }: Store, { log }: Report): Promise<void> {
  try {
    await client.query('set statement_timeout = 0')
    // With asynchronous commits, rows can't be marked visible until the WAL is flushed. This flushes it.
    await client.query('set synchronous_commit = on')
    await client.query("select pg_logical_emit_message(true, 'seed', '')")
    await client.query(`vacuum (analyze) ${FILLED[service].join(', ')}, outbox`)
    log(`${service}: vacuumed`)
  } catch (error) {
    // The rows are already committed.
    log(
      `${service}: not vacuumed; autovacuum will do it: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function isBug(error: unknown): boolean {
  return !(error instanceof Error) || error instanceof TypeError || error instanceof RangeError
}

function notLoaded(service: Seeded, cause: unknown): UserFacingError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new UserFacingError(
    `The rows could not be loaded into the ${service} database: ${reason}. Nothing was kept. Fix the cause, then seed again.`,
    { cause },
  )
}
