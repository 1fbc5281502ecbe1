import { UserFacingError } from '../../platform/lifecycle.ts'
import { hashPassword } from '../../platform/password.ts'
import type { Seeded } from './load/stores.ts'
import { readEdgeFile } from './edges/read-edge-file.ts'
import { generateGraph } from './graph/graph.ts'
import type { EdgeList } from './graph/edge-list.ts'
import { generatedNames, labelledNames, type Names } from './handles.ts'
import { fillStores } from './load/fill-stores.ts'
import { hasRows, openStore } from './load/stores.ts'
import { followerTables, postTables, userTables } from './load/tables.ts'
import { NAMED_USERS } from './named-users.ts'
import { createPeople } from './people.ts'
import { planPosts } from './posts.ts'
import { createRandom } from './random.ts'

/** Password of every seeded user. */
export const DEMO_PASSWORD = 'tessera-demo'

export type SeedOptions = {
  /** The databases must be migrated and empty. */
  urls: Record<Seeded, string>
  /** Number of users, including the five named ones; at least 5. Ignored with `edges`, where the file determines it. */
  users: number
  /** Posts per user on average. */
  postsPerUser: number
  /** Seed of the random numbers. The same number produces the same rows, byte for byte. */
  rng: number
  /** Path of an edge list to read instead of generating a graph. */
  edges?: string
  log: (line: string) => void
  /** Called during steps that take long with many users. @default log */
  progress?: (line: string) => void
}

type Graph = { users: number; names: Names; edges: EdgeList }

/**
 * Fills the three databases with a social graph, posts and likes, or leaves all of them unchanged.
 *
 * @throws UserFacingError if the databases or the file can't be used, with advice
 */
export async function seed(options: SeedOptions): Promise<void> {
  const { urls, postsPerUser, rng, log, progress = log } = options
  if (options.edges === undefined && options.users < NAMED_USERS.length) {
    throw new UserFacingError(
      `Cannot seed ${options.users} users: at least the ${NAMED_USERS.length} named users are needed.`,
    )
  }
  const plan = async () => {
    const { users, names, edges } = await makeGraph(options)
    log(`${users.toLocaleString('en-US')} users, ${edges.length.toLocaleString('en-US')} follows`)
    const people = createPeople(users, names, rng)
    const salt = Buffer.from(createRandom(rng, 'salt').bytes(new Uint8Array(16)))
    return {
      users: userTables(people, await hashPassword(DEMO_PASSWORD, salt), rng),
      posts: postTables(people, planPosts(people, postsPerUser, rng), rng),
      followers: followerTables(people, edges, rng),
    }
  }
  await fillStores(urls, plan, { log, progress })
}

/** Whether the database contains users. It must be migrated. */
export async function isSeeded(usersUrl: string): Promise<boolean> {
  const store = await openStore('users', usersUrl)
  try {
    return await hasRows(store, 'users')
  } finally {
    await store.client.end()
  }
}

async function makeGraph({ users, rng, edges: file, log }: SeedOptions): Promise<Graph> {
  if (file === undefined) return { users, names: generatedNames(rng), edges: generateGraph(users, rng) }
  const { labels, edges, users: found } = await readEdgeFile(file, log)
  return { users: found, names: labelledNames(labels, rng), edges }
}
