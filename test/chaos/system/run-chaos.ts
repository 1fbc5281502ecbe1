import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../../../local/seed/random.ts'
import type { Output } from '../../../local/system/output.ts'
import type { PlantName } from '../loader/plants.ts'
import type { World } from './deed.ts'
import { live, type Sights } from './clients.ts'
import { drain, heal } from './drain.ts'
import { compareWithUncached } from './final-pages.ts'
import { GATEWAYS, startFleet } from './fleet.ts'
import { nothingSeen, readPages } from './readers.ts'
import { openServers, type Servers } from './servers.ts'
import { runNemeses } from './run-nemeses.ts'
import { judge, type Verdict } from './judge/judge.ts'
import { pageVerdicts } from './judge/pages.ts'
import { relationVerdicts } from './judge/relations.ts'
import { openLedger, readLedger, type Entry } from './ledger.ts'
import { processesLeft } from './left.ts'
import { backUpAll } from './nemeses/restore.ts'
import { signUp, type Generations, type Person } from './people.ts'
import type { NemesisName } from './schedule.ts'
import { pause, type ChaosSystem } from './nemesis.ts'
import { watchPast, type Past } from './past.ts'

export type ChaosOptions = {
  seed: number
  /** Time from the start to the last nemesis, including the time before the first one. Milliseconds. */
  lastMs: number
  /** Runs only these, in the order of the schedule. @default all */
  only?: readonly NemesisName[]
  /** Bugs that the run must find. @default none */
  plants?: readonly PlantName[]
  /** Number of concurrent clients, and the maximum pause of each after a step in ms. @default 8, 40 */
  clients?: number
  restMs?: number
  output: Output
  /** Called with what must be disposed if the run ends early. */
  opened?: (opened: AsyncDisposable) => void
}

export type ChaosReport = {
  seed: number
  operations: Record<'ok' | 'failed' | 'unknown', number>
  /** Attempts by response. */
  answers: Record<string, number>
  unansweredReads: number
  nemeses: string[]
  verdicts: Verdict[]
  /** Folder of the ledger and the records of readers if a fault was found. Otherwise they are deleted. */
  kept: string | null
}

/** Faults begin after some activity, and clients continue for a while after the last fault. Milliseconds. */
const CALM_MS = 2_000

/** A complete run. It has its own servers and data, which are removed at the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, lastMs, only, plants = [], output } = options
  const end = performance.now() + lastMs
  const say = (message: string) => output.report('chaos', 'info', message)
  await using stack = new AsyncDisposableStack()
  options.opened?.(stack)
  const servers = stack.use(await openServers(output))
  const processes = stack.use(new AsyncDisposableStack())
  const fleet = processes.use(await startFleet(servers, plants, output))
  const ledger = processes.use(await openLedger(ledgerOf(servers)))
  const generations: Generations = { users: 0, posts: 0, followers: 0 }
  const gateways = { urls: fleet.gatewayUrls }
  const system: ChaosSystem = { servers, fleet, ledger, generations, gateways, backups: new Map(), say }

  const sights: Sights = { facts: [], unanswered: 0, answers: new Map(), pages: nothingSeen() }
  const work = await begin(system, options, sights)
  await pause(CALM_MS)
  const nemeses = await runNemeses(system, { seed, end, only })
  await heal(system)
  await pause(CALM_MS)
  await work.stop()
  say('all is healed; waiting until everything is read')
  const undrained = await drain(system)
  const compared = await compareWithUncached(system, work.world)
  for (const name of GATEWAYS) await fleet.members[name].process.stop()
  const entries = await readLedger(ledgerOf(servers))
  const verdicts = await judge(system, entries, sights)
  verdicts.push(...(await relationVerdicts(system, entries, await work.past)))
  verdicts.push(...pageVerdicts(sights.pages), compared)
  verdicts.push({ checker: 'every reader is at the end', counted: '3 logs', violations: undrained })
  const pids = Object.values(fleet.members).map(({ process }) => process.pid)
  await processes.disposeAsync()
  const kept = verdicts.some(({ violations }) => violations.length > 0) ? await keep(servers) : null
  await stack.disposeAsync()
  const left = await processesLeft(servers.folder, pids)
  verdicts.push({ checker: 'no process is left', counted: 'by pid and command line', violations: left })
  return {
    seed,
    operations: outcomesOf(entries),
    answers: Object.fromEntries([...sights.answers].toSorted(([, a], [, b]) => b - a)),
    unansweredReads: sights.unanswered,
    nemeses,
    verdicts,
    kept,
  }
}

const ledgerOf = ({ folder }: Servers) => join(folder, 'ledger.jsonl')

/** Signs users up, makes a backup, and starts their activity. */
async function begin(
  system: ChaosSystem,
  { seed, clients = 8, restMs = 40 }: ChaosOptions,
  sights: Sights,
): Promise<{ world: World; past: Promise<Past>; stop: () => Promise<void> }> {
  const { ledger, generations, gateways } = system
  const urls = () => gateways.urls
  const [url = ''] = urls()
  const people: Person[] = []
  for (let i = 0; i < clients; i++) {
    const random = createRandom(seed, `client ${i}`)
    people.push(await signUp(url, `client_${i}`, random, generations, i % 2 === 1))
  }
  await backUpAll(system)
  const stopping = new AbortController()
  const world = { people, generations }
  const common = { urls, world, stop: stopping.signal, restMs }
  const stepsOf = (who: string) => (step: number) => createRandom(seed, `${who}, step ${step}`)
  const working = Promise.all([
    ...people.map((person, i) =>
      live({ ...common, ledger, sights, randomOf: stepsOf(`client ${i}`) }, person),
    ),
    ...Array.from({ length: Math.ceil(clients / 2) }, (_, i) =>
      readPages({
        ...common,
        sights: sights.pages,
        facts: sights.facts,
        randomOf: stepsOf(`reader ${i}`),
      }),
    ),
  ])
  // Its error is handled when it is awaited.
  working.catch(() => {})
  return {
    world,
    past: watchPast(system, stopping.signal),
    async stop() {
      stopping.abort()
      await working
    },
  }
}

async function keep(servers: Servers): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-chaos-found-'))
  await cp(ledgerOf(servers), join(folder, 'ledger.jsonl'))
  await cp(join(servers.folder, 'seen'), join(folder, 'seen'), { recursive: true })
  return folder
}

function outcomesOf(entries: readonly Entry[]): ChaosReport['operations'] {
  const counts = { ok: 0, failed: 0, unknown: 0 }
  let invoked = 0
  for (const entry of entries) {
    if (entry.at === 'invoked') invoked++
    if (entry.at === 'ended') counts[entry.outcome]++
  }
  return { ...counts, unknown: invoked - counts.ok - counts.failed }
}
