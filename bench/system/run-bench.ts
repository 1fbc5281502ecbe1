import { createRandom } from '../../local/seed/random.ts'
import type { Contender, ContenderName } from './contender.ts'
import { startNaive } from './contenders/naive.ts'
import { startPostgraphile } from './contenders/postgraphile.ts'
import { startTessera } from './contenders/tessera.ts'
import { openBenchDatabases, type BenchDatabases } from './databases.ts'
import { loadPages } from './page-load.ts'
import type { Measured } from './results.ts'
import { requireSamePages } from './same-pages.ts'
import { runSql, transactionsIn } from './sql.ts'
import { measureWindow, type Window } from './window.ts'

export type BenchOptions = {
  contenders: readonly ContenderName[]
  rounds: number
  /** Duration of one window, and of the warm-up of each contender. Milliseconds. */
  windowMs: number
  warmUpMs: number
  connections: number
  users: number
  /** Aborts the benchmark. Everything that was started is stopped and removed. */
  signal: AbortSignal
  log: (line: string) => void
}

/** Number of pages that are compared between the contenders before the measurement. */
const COMPARED = 100

/**
 * Starts everything, checks that all contenders return the same pages, and measures in rounds. In a round, each
 * contender has one window while the others are idle, so that other load on the machine affects all of them alike.
 */
export async function runBench(options: BenchOptions): Promise<Measured> {
  const { log } = options
  await using databases = await openBenchDatabases(options.users, log)
  const handles = (await runSql(databases.services.users, 'select handle from users order by id')).map(
    (row) => String(row['handle']),
  )
  const measured = new Map<ContenderName, { windows: Window[]; sqlPerPage: number }>()
  const runs = await measure(options, databases, handles)
  // All connections are closed now, so every backend has reported its transactions.
  for (const { contender, windows, pages, before } of runs) {
    const after = await transactionsIn(databases.superuserUrl, contender.databases)
    measured.set(contender.name, { windows, sqlPerPage: (after - before) / pages })
  }
  return measured
}

async function measure(options: BenchOptions, databases: BenchDatabases, handles: readonly string[]) {
  const { connections, rounds, windowMs, warmUpMs, signal, log } = options
  await using stack = new AsyncDisposableStack()
  const contenders: Contender[] = []
  for (const name of options.contenders) {
    signal.throwIfAborted()
    const contender = stack.use(await start[name](databases))
    contenders.push(contender)
    log(`${name} is ready: ${Object.keys(contender.servers).join(', ')}`)
  }
  await requireSamePages(contenders, handles.slice(0, COMPARED))
  log(`the pages of ${Math.min(COMPARED, handles.length)} people are the same`)
  const drive = ({ url, body }: Contender, label: string, milliseconds: number) => {
    // Every contender gets the same people in the same order. The order is random, and different in each round.
    const random = createRandom(1, label)
    const next = () => body(handles[random.below(handles.length)] ?? '')
    return loadPages(url, connections, milliseconds, next, signal)
  }
  const runs = []
  for (const contender of contenders) {
    const before = await transactionsIn(databases.superuserUrl, contender.databases)
    const { pages } = await drive(contender, 'warm-up', warmUpMs)
    runs.push({ contender, before, pages, windows: [] as Window[] })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const run of runs) {
      const { contender } = run
      const window = await measureWindow(contender, databases.postmaster, () =>
        drive(contender, `round ${round}`, windowMs),
      )
      run.windows.push(window)
      run.pages += window.pages
      const { cpu, rps } = window
      log(`round ${round}: ${contender.name}: ${cpu.toFixed(3)} ms CPU a page, ${rps.toFixed(0)} pages/s`)
    }
  }
  return runs
}

const start: Record<ContenderName, (databases: BenchDatabases) => Promise<Contender>> = {
  tessera: ({ services }) => startTessera(services),
  naive: ({ copies }) => startNaive(copies),
  postgraphile: ({ combined }) => startPostgraphile(combined),
}
