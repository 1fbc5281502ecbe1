import { cp, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '../../../local/seed/random.ts'
import type { Output } from '../../../local/system/output.ts'
import type { PlantName } from '../loader/plants.ts'
import { live, type Sights } from './clients.ts'
import { drain, heal } from './drain.ts'
import { startFleet } from './fleet.ts'
import { openGround, type Ground } from './ground.ts'
import { harm } from './harm.ts'
import { judge, type Verdict } from './judge/judge.ts'
import { openLedger, readLedger, type Entry } from './ledger.ts'
import { processesLeft } from './left.ts'
import { backUpAll } from './nemeses/restore.ts'
import { signUp, type Generations, type Person } from './people.ts'
import type { NemesisName } from './schedule.ts'
import { pause, type Stage } from './stage.ts'

export type ChaosOptions = {
  seed: number
  /** From the start to the last nemesis; what comes before the first one belongs to it. Milliseconds. */
  lastMs: number
  /** Does only these, in the order of the schedule. @default all */
  only?: readonly NemesisName[]
  /** Known bugs, to see them found. @default none */
  plants?: readonly PlantName[]
  /** Who works at once, and the longest rest of each after a step, ms. @default 8, 40 */
  clients?: number
  restMs?: number
  output: Output
  /** Told what is to be disposed when the run is to end at once. */
  opened?: (opened: AsyncDisposable) => void
}

export type ChaosReport = {
  seed: number
  operations: Record<'ok' | 'failed' | 'unknown', number>
  /** Attempts by what was answered. */
  answers: Record<string, number>
  unansweredReads: number
  nemeses: string[]
  verdicts: Verdict[]
  /** Where ledger and notes of what was read are kept, when something was found; else they are gone. */
  kept: string | null
}

/** Harm begins when people have done something, and they go on for a while when all is well again. Milliseconds. */
const CALM_MS = 2_000

/** One whole run: everything is its own, and gone at the end. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, lastMs, only, plants = [], output } = options
  const end = performance.now() + lastMs
  const say = (message: string) => output.report('chaos', 'info', message)
  await using stack = new AsyncDisposableStack()
  options.opened?.(stack)
  const ground = stack.use(await openGround(output))
  const processes = stack.use(new AsyncDisposableStack())
  const fleet = processes.use(await startFleet(ground, plants, output))
  const ledger = processes.use(await openLedger(ledgerOf(ground)))
  const generations: Generations = { users: 0, posts: 0, followers: 0 }
  const stage: Stage = { ground, fleet, ledger, generations, backups: new Map(), say }

  const sights: Sights = { facts: [], unanswered: 0, answers: new Map() }
  const work = await begin(stage, options, sights)
  await pause(CALM_MS)
  const nemeses = await harm(stage, { seed, end, only })
  await heal(stage)
  await pause(CALM_MS)
  await work.stop()
  await fleet.members.gateway.process.stop()
  say('all is healed; waiting until everything is read')
  const undrained = await drain(stage)
  const entries = await readLedger(ledgerOf(ground))
  const verdicts = await judge(stage, entries, sights)
  verdicts.push({ checker: 'every reader is at the end', counted: '3 logs', violations: undrained })
  const pids = Object.values(fleet.members).map(({ process }) => process.pid)
  await processes.disposeAsync()
  const kept = verdicts.some(({ violations }) => violations.length > 0) ? await keep(ground) : null
  await stack.disposeAsync()
  const left = await processesLeft(ground.folder, pids)
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

const ledgerOf = ({ folder }: Ground) => join(folder, 'ledger.jsonl')

/** Signs people up, backs everything up, and lets them work. */
async function begin(
  stage: Stage,
  { seed, clients = 8, restMs = 40 }: ChaosOptions,
  sights: Sights,
): Promise<{ stop: () => Promise<void> }> {
  const { fleet, ledger, generations } = stage
  const url = fleet.gatewayUrl
  const people: Person[] = []
  for (let i = 0; i < clients; i++) {
    people.push(await signUp(url, `client_${i}`, createRandom(seed, `client ${i}`), generations))
  }
  await backUpAll(stage)
  const stopping = new AbortController()
  const common = { url, world: { people, generations }, ledger, sights, stop: stopping.signal, restMs }
  const working = Promise.all(
    people.map((person, i) =>
      live({ ...common, randomOf: (step) => createRandom(seed, `client ${i}, step ${step}`) }, person),
    ),
  )
  // Told when it is waited for.
  working.catch(() => {})
  return {
    async stop() {
      stopping.abort()
      await working
    },
  }
}

async function keep(ground: Ground): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-chaos-found-'))
  await cp(ledgerOf(ground), join(folder, 'ledger.jsonl'))
  await cp(join(ground.folder, 'seen'), join(folder, 'seen'), { recursive: true })
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
