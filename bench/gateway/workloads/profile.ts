import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../../../platform/root.ts'
import { PROFILE } from '../../../test/e2e/profile-query.ts'
import { PROFILE_FACETS } from './facet-tables.ts'
import { makePeople } from './profile-people.ts'
import type { Workload } from './workload.ts'

/** Number of different people. It is large enough that concurrent requests seldom ask for the same person. */
const PEOPLE = 1_000

/** The profile page of the README on our own schema: 4 fetches. */
export async function profileWorkload(): Promise<Workload> {
  const people = makePeople(PEOPLE)
  const byId = new Map(people.map((person) => [person.id, person]))
  const byHandle = new Map(people.map((person) => [person.handle, person]))
  const User = { __resolveReference: ({ id }: { id: string }) => byId.get(id) ?? null }
  const user = ({ handle }: { handle: string }) => byHandle.get(handle) ?? null
  const common = await read('contracts/graphql/common.graphql')
  const sdl = async (name: string) => `${common}\n${await read(`subgraphs/${name}/schema.graphql`)}`
  const usersQuery = { user: (_: unknown, args: { handle: string }) => user(args) }
  return {
    name: 'profile',
    subgraphs: [
      {
        name: 'users',
        sdl: await sdl('users'),
        resolvers: { Query: usersQuery, User },
        facetTable: PROFILE_FACETS.users,
      },
      { name: 'posts', sdl: await sdl('posts'), resolvers: { User }, facetTable: PROFILE_FACETS.posts },
      {
        name: 'followers',
        sdl: await sdl('followers'),
        resolvers: { User },
        facetTable: PROFILE_FACETS.followers,
      },
    ],
    query: PROFILE,
    variables: people.map(({ handle }) => ({ handle })),
    rootValue: { user },
  }
}

const read = (file: string) => readFile(join(root, file), 'utf8')
