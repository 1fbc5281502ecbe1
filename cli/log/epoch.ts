import { bumpEpoch, checkLog, keepEpoch, mayKeep, readStatus } from '../../patterns/change-log/index.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { serviceOf, type DatabaseName } from '../../contracts/topology.ts'
import type { Installation } from './installation.ts'
import { openDatabase, type OpenDatabase } from './open-database.ts'
import { count } from './plain.ts'

type Asked = { kind: 'epoch bump' | 'epoch keep'; database: DatabaseName; yes: boolean }

/** Begins a new epoch, or keeps the old one. Without `yes`, only explains the effect. @returns whether it was done */
export async function changeEpoch(
  installation: Installation,
  { kind, database: name, yes }: Asked,
  print: (line: string) => void,
): Promise<boolean> {
  await using database = await openDatabase(installation, name)
  const facts = await readFacts(database)
  const cannotKeep = () => {
    print(`The epoch of ${name} cannot be kept, because transaction ids are or were behind. Events \
would be missing from the log. Raise it: npm run log -- epoch bump ${name} --yes`)
    return false
  }
  if (kind === 'epoch keep' && facts.fault === null) {
    print(`There is nothing to keep: the log of ${name} is in order, in epoch ${facts.epoch}.`)
    return true
  }
  if (kind === 'epoch keep' && facts.fault !== null && !mayKeep(facts.fault)) return cannotKeep()
  if (!yes) {
    for (const line of kind === 'epoch bump' ? explainBump(name, facts) : explainKeep(name, facts))
      print(line)
    print(`Nothing was changed. To do it: npm run log -- ${kind} ${name} --yes`)
    return false
  }
  if (kind === 'epoch keep') {
    if (!(await keepEpoch(database.sql))) return cannotKeep()
    print(`The log of ${name} continues in epoch ${facts.epoch}.`)
  } else print(`The log of ${name} is now in epoch ${await bumpEpoch(database.sql)}.`)
  return true
}

type Facts = { epoch: number; fault: string | null; records: number; consumers: readonly string[] }

async function readFacts({ name, sql }: OpenDatabase): Promise<Facts> {
  const check = await checkLog(sql)
  if (check.kind === 'standby') {
    throw new UserFacingError(
      `The database ${name} is a standby and has no epoch of its own. Use its primary.`,
    )
  }
  const status = await readStatus(sql)
  if (!status) {
    throw new UserFacingError(
      `The log of ${name} was never started and has no epoch. Start the ${serviceOf(name)} service.`,
    )
  }
  return {
    epoch: status.end.epoch,
    fault: check.kind === 'restored' ? check.reason : null,
    records: status.end.offset - status.begin.offset,
    consumers: status.consumers.map((consumer) => consumer.name),
  }
}

function explainBump(name: DatabaseName, { epoch, fault, records, consumers }: Facts): string[] {
  const built =
    consumers.length === 0
      ? 'No consumer is registered.'
      : `These consumers are rebuilt: ${consumers.join(', ')}.`
  return [
    fault === null
      ? `The log of ${name} is in order, in epoch ${epoch}. A new epoch is for a database that was restored.`
      : `The log of ${name}, epoch ${epoch}, is refused: ${fault}.`,
    `A new epoch removes the ${count(records, 'record')} of the old one. The data of users is not changed.`,
    `Consumers are rebuilt from the owner's state, caches drop their entries of ${name}, and reads with older consistency \
tokens go to the source. ${built}`,
  ]
}

function explainKeep(name: DatabaseName, { epoch, fault }: Facts): string[] {
  return [
    `The log of ${name}, epoch ${epoch}, is refused: ${fault}.`,
    'Keep the epoch only after a failover or a move that lost no commit, or if the log shared its Redis with another \
installation and each now has its own. If a commit was lost, raise the epoch instead. Otherwise consumers keep events \
that were lost and miss later ones.',
  ]
}
