import { services, type Service } from '../../../../contracts/topology.ts'
import { readPosts, readRelations } from '../../../events/tables.ts'
import { check, type CheckerName } from '../../checkers/check.ts'
import type { History } from '../../checkers/history.ts'
import { connect } from '../../support/sessions.ts'
import type { Sights } from '../clients.ts'
import type { Entry } from '../ledger.ts'
import { asSuperuser, type ChaosSystem } from '../nemesis.ts'
import { authorFaults } from './authors.ts'
import { gather, type Evidence } from './evidence.ts'
import { committedFaults, operationsOf, taleOf, type Tale } from './operations.ts'
import { copyState, ownerState, WRONG_IN_COPY } from './states.ts'

/** The result of one checker. */
export type Verdict = { checker: string; counted: string; violations: string[] }

/** Runs all checkers when nothing changes any more. */
export async function judge(
  system: ChaosSystem,
  entries: readonly Entry[],
  sights: Sights,
): Promise<Verdict[]> {
  const tale = taleOf(entries)
  const evidence = await gather(system)
  const verdicts = new Map<string, Verdict>()
  const add = (checker: string, counted: string, violations: readonly string[]) => {
    const known = verdicts.get(checker) ?? { checker, counted, violations: [] }
    verdicts.set(checker, { ...known, violations: [...known.violations, ...violations] })
  }
  add(
    'acknowledged is committed, failed is not',
    `${tale.operations.length} operations`,
    committedFaults(tale, evidence),
  )
  const counted = countedBy(evidence, sights, tale)
  for (const service of services) {
    for (const [epoch, history] of await historiesOf(system, service, evidence[service], tale, sights)) {
      for (const { checker, faults } of check(history)) {
        add(
          checker,
          counted[checker],
          faults.map((fault) => `${service}, epoch ${epoch}: ${fault}`),
        )
      }
    }
  }
  add('counters are what edges make', 'posts, followers and their copies', await counterFaults(system))
  const broken = services.flatMap((service) => evidence[service].broken ?? [])
  add('the log can be read to its end', '3 logs', broken)
  const authors = await authorFaults(system)
  add("rebuilt is live, for posts' authors", `${authors.counted} authors`, authors.faults)
  const parked = services.flatMap((service) =>
    evidence[service].parked.map(({ key }) => `${service}: ${key}`),
  )
  const parkedAuthors = await parkedIn(system.servers.databaseUrls.posts)
  add('nothing stays parked', 'keys of all consumers', [...parked, ...parkedAuthors])
  add('nothing is left behind', 'transactions, slots', await leftovers(system))
  return [...verdicts.values()]
}

function countedBy(
  evidence: Record<Service, Evidence>,
  { facts }: Sights,
  tale: Tale,
): Record<CheckerName, string> {
  const all = Object.values(evidence)
  const sum = (count: (one: Evidence) => number) => all.reduce((total, one) => total + count(one), 0)
  const records = `${sum(({ log }) => log.length)} records, ${sum(({ seen }) => seen.length)} reads of them`
  const stale = facts.filter(({ verdict }) => verdict === 'stale').length
  return {
    'acknowledged never lost, failed never seen': `${tale.operations.length} operations`,
    'offsets dense, one record each': records,
    'order of each key': records,
    'each effect exactly once': `${sum(({ effects }) => effects.length)} effects`,
    'no parked key overtaken': `${sum(({ effects }) => effects.length)} effects`,
    'own writes are read': `${facts.length} facts, ${stale} of them said to be stale`,
    'nothing seen that is not durable': records,
    'the copy equals the owner': 'all rows and counters of three logs',
  }
}

/** The history of the current epoch, and one of each earlier epoch, which no longer has a log. */
async function historiesOf(
  { servers }: ChaosSystem,
  service: Service,
  evidence: Evidence,
  tale: Tale,
  { facts }: Sights,
): Promise<Map<number, History>> {
  const [owner, copy] = [
    await connect(servers.databaseUrls[service]),
    await connect(servers.copyUrls[service]),
  ]
  const states = { owner: await ownerState(owner, service), copy: await copyState(copy, service) }
  await owner.end()
  await copy.end()
  const { epoch: present, log, parked, effects, seen } = evidence
  const epochs = new Set([...seen, ...effects].map(({ epoch }) => epoch)).add(present)
  const nothing = { log: [], parked: [], reads: [], owner: new Map(), copy: new Map() }
  const failed = tale.operations
    .filter(({ database, outcome }) => database === service && outcome === 'failed')
    .map(({ id, thing }) => ({ id, key: thing, outcome: 'failed' as const }))
  const histories = [...epochs].map((epoch): [number, History] => [
    epoch,
    {
      ...nothing,
      operations: failed,
      seen: seen.filter((record) => record.epoch === epoch),
      effects: effects.filter((effect) => effect.epoch === epoch),
      ...(epoch === present && {
        operations: operationsOf(tale, service, evidence),
        log,
        parked,
        ...states,
        // Reads involve all databases, so they are checked only once.
        reads:
          service !== 'users'
            ? []
            : facts.map(({ operation, verdict, what }) => {
                const written = `${operation} (${what})`
                return { written: [written], saw: verdict === 'missing' ? [] : [written] }
              }),
      }),
    },
  ])
  return new Map(histories)
}

async function counterFaults({ servers }: ChaosSystem): Promise<string[]> {
  const inPosts = await asSuperuser(servers.databaseUrls.posts, (client) => readPosts(client))
  const inFollowers = await asSuperuser(servers.databaseUrls.followers, (client) => readRelations(client))
  const faults = [...inPosts.wrong, ...inFollowers.wrong].map((row) => `owner: ${JSON.stringify(row)}`)
  for (const service of services) {
    const { rows } = await asSuperuser(servers.copyUrls[service], (client) =>
      client.query(WRONG_IN_COPY[service]),
    )
    faults.push(...rows.map((row) => `copy of ${service}: ${JSON.stringify(row)}`))
  }
  return faults
}

async function parkedIn(url: string): Promise<string[]> {
  const { rows } = await asSuperuser(url, (client) =>
    client.query<{ consumer: string; key: string; reason: string }>(
      'select consumer, key, reason from parked_key',
    ),
  )
  return rows.map(({ consumer, key, reason }) => `${consumer}: ${key}: ${reason}`)
}

const LEFT = `
  select 'prepared transaction ' || gid as what from pg_prepared_xacts
  union all select 'replication slot ' || slot_name from pg_replication_slots
  union all select 'transaction idle for ' || (now() - state_change) || ': ' || query from pg_stat_activity
    where state like 'idle in transaction%' and now() - state_change > interval '30 s'`

async function leftovers({ servers }: ChaosSystem): Promise<string[]> {
  const { rows } = await asSuperuser(servers.postgres.url, (client) => client.query<{ what: string }>(LEFT))
  return rows.map(({ what }) => what)
}
