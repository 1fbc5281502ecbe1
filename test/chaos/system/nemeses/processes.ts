import { services } from '../../../../contracts/topology.ts'
import type { Random } from '../../../../local/seed/random.ts'
import type { FailpointName } from '../../loader/failpoints.ts'
import { GATEWAYS, type MemberName } from '../fleet.ts'
import { randomDuration, pause, type Nemesis, type ChaosSystem } from '../nemesis.ts'

const MEMBERS: readonly MemberName[] = [...services, ...GATEWAYS, 'copier']

/** Longer than the five seconds after which another relay takes over. Milliseconds. */
const TAKEOVER = { least: 6_000, most: 8_000 }
/** Maximum wait for a process to reach a failpoint. Milliseconds. */
const REACH_MS = 8_000

/** SIGKILL at a random moment. The supervisor restarts the process. */
export const killed: Nemesis = async ({ fleet }, random) => {
  const name = random.pick(MEMBERS)
  await pause(random.below(500))
  await fleet.members[name].process.crash()
  await fleet.members[name].process.ready()
  return `kill -9 of ${name}`
}

/** SIGSTOP at a random moment, and SIGCONT after all timeouts. */
export const stopped: Nemesis = async ({ fleet }, random) => {
  const name = random.pick(MEMBERS)
  const ms = randomDuration(random, TAKEOVER.least, TAKEOVER.most)
  const { pid } = fleet.members[name].process
  if (pid === null) return `${name} was not there to be stopped`
  signal(pid, 'SIGSTOP')
  await pause(ms)
  signal(pid, 'SIGCONT')
  return `SIGSTOP of ${name} for ${ms} ms`
}

/** A suspended process holds the lock of the relay. A second one takes over. Then the first one resumes. */
export const zombie: Nemesis = async ({ fleet }, random) => {
  const service = random.pick(services)
  const ms = randomDuration(random, TAKEOVER.least, TAKEOVER.most)
  const second = await fleet.second(service)
  const { pid } = fleet.members[service].process
  try {
    if (pid !== null) signal(pid, 'SIGSTOP')
    await pause(ms)
    if (pid !== null) signal(pid, 'SIGCONT')
    await pause(1_500)
  } finally {
    if (pid !== null) signal(pid, 'SIGCONT')
    await second.stop()
  }
  return `two processes of ${service}, the first stopped for ${ms} ms`
}

const OF_OWNERS: readonly FailpointName[] = ['before.tick', 'tick.taken', 'published']

/** SIGKILL or SIGSTOP at a failpoint between two steps of a relay or a consumer. */
export const atFailpoint: Nemesis = async (system, random) => {
  const ofConsumer = random.chance(0.3)
  const failpoint = ofConsumer ? 'effect' : random.pick(OF_OWNERS)
  const name: MemberName = ofConsumer ? random.pick(['posts', 'copier'] as const) : random.pick(services)
  return reach(system, random, name, failpoint)
}

const OF_CACHES: readonly FailpointName[] = [
  'before.fill',
  'before.entity.fill',
  'before.redis.fill',
  'log.read',
]

/** SIGKILL or SIGSTOP of a gateway between the read of a database and the fill, or between a page of a log and its invalidations. */
export const atFill: Nemesis = (system, random) =>
  reach(system, random, random.pick(GATEWAYS), random.pick(OF_CACHES))

async function reach(
  { fleet }: ChaosSystem,
  random: Random,
  name: MemberName,
  failpoint: FailpointName,
): Promise<string> {
  const action = random.chance(0.7) ? 'kill' : 'stop'
  const nth = 1 + random.below(4)
  const ms = randomDuration(random, TAKEOVER.least, TAKEOVER.most)
  const { process, failpoints } = fleet.members[name]
  await failpoints.arm(failpoint, action, nth)
  const late = pause(REACH_MS).then(() => false)
  const reached = await Promise.race([
    failpoints.reached(failpoint).then(
      () => true,
      () => false,
    ),
    late,
  ])
  if (reached && action === 'stop') {
    await pause(ms)
    if (process.pid !== null) signal(process.pid, 'SIGCONT')
  }
  await failpoints.release(failpoint)
  await process.ready()
  return `${action} of ${name} at ${failpoint}, hit ${nth}${reached ? '' : ', which it did not reach'}`
}

/** Resumes all suspended processes. */
export function wakeAll({ fleet }: ChaosSystem): void {
  for (const { process } of Object.values(fleet.members)) {
    if (process.pid !== null) signal(process.pid, 'SIGCONT')
  }
}

/** The process may have ended. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
