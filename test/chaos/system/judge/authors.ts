import { systemClock } from '../../../../platform/clock.ts'
import { createLog } from '../../../../platform/log.ts'
import { openLongTransactions } from '../../../../platform/postgres/long-transactions.ts'
import { rebuildDefinition } from '../../../../service/change-log/run-definition.ts'
import { AUTHORS } from '../../../../subgraphs/posts/authors/authors-consumer.ts'
import type { ChaosSystem } from '../nemesis.ts'
import { asSuperuser } from '../nemesis.ts'

type Profiles = { id: string; handle: string; name: string; version: number }[]

const profilesIn = (url: string, table: 'users' | 'author') =>
  asSuperuser(url, async (client) => {
    const { rows } = await client.query(`select id, handle, name, version from ${table} order by id`)
    return rows as Profiles
  })

/** Checks that the copy of authors in posts equals a rebuilt copy and the state of users. */
export async function authorFaults({
  servers,
  fleet,
}: ChaosSystem): Promise<{ counted: number; faults: string[] }> {
  const { users: usersUrl, posts: postsUrl } = servers.databaseUrls
  const owner = await profilesIn(usersUrl, 'users')
  const live = await profilesIn(postsUrl, 'author')
  const log = createLog('chaos', { LOG_LEVEL: 'silent' })
  await using database = openLongTransactions(postsUrl, 'chaos rebuild', log)
  const options = {
    ownerUrl: fleet.urls.users,
    secret: servers.internalSecret,
    clock: systemClock,
    ...database,
  }
  const { kind } = await rebuildDefinition(AUTHORS, options, AbortSignal.timeout(60_000))
  const rebuilt = await profilesIn(postsUrl, 'author')
  const faults = [
    ...differences('as it lives', live, owner),
    ...differences('built anew', rebuilt, owner),
    ...(kind === 'rebuilt' ? [] : [`it was not built anew, but ${kind}`]),
  ]
  return { counted: owner.length, faults }
}

function differences(how: string, copy: Profiles, owner: Profiles): string[] {
  const theirs = new Map(owner.map((profile) => [profile.id, JSON.stringify(profile)]))
  const ours = new Map(copy.map((profile) => [profile.id, JSON.stringify(profile)]))
  const ids = new Set([...theirs.keys(), ...ours.keys()])
  return [...ids]
    .filter((id) => theirs.get(id) !== ours.get(id))
    .map((id) => `${how}, posts has ${ours.get(id) ?? 'nothing'} of ${theirs.get(id) ?? 'nobody'}`)
}
