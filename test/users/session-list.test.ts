import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { PASSWORD, signedIn, signUp, type SignedUp, type UsersSubgraph } from './users-client.ts'

describe('the sessions of the viewer', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start({ ACCESS_TOKEN_TTL_S: '900', REFRESH_TOKEN_TTL_S: '3600' })
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const signIn = async (handle: string) =>
    signedIn(await users.mutate('signIn', { handle, password: PASSWORD }))
  const sessionId = ({ viewer }: SignedUp) => formatId('session', viewer.session ?? '')
  const ids = async (who: SignedUp) => (await list(who)).nodes.map(({ id }) => id)

  type Listed = {
    id: string
    createdAt: string
    refreshedAt: string | null
    expiresAt: string
    isCurrent: boolean
  }
  type Sessions = { nodes: Listed[]; pageInfo: { hasNextPage: boolean; endCursor: string } }

  const list = async ({ viewer }: SignedUp, page = ''): Promise<Sessions> => {
    const fields = 'nodes { id createdAt refreshedAt expiresAt isCurrent } pageInfo { hasNextPage endCursor }'
    const { data, errors } = await users.call<{ viewer: { sessions: Sessions } }>(
      `{ viewer { sessions${page} { ${fields} } } }`,
      {},
      viewer,
    )
    if (!data) throw new Error(JSON.stringify(errors))
    return data.viewer.sessions
  }

  it('are listed in pages, the latest first, without ended or expired ones', async () => {
    const old = await signUp(users, 'nat')
    await bed.clock.advance(3601)
    const first = await signIn('nat')
    await bed.clock.advance(1)
    const second = await signIn('nat')
    await bed.clock.advance(1)
    await users.mutate('signOut', {}, (await signIn('nat')).viewer)
    const { nodes } = await list(first)
    expect(nodes.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
      [sessionId(second), false],
      [sessionId(first), true],
    ])
    expect(nodes.map(({ id }) => id)).not.toContain(sessionId(old))
    const page = await list(first, '(first: 1)')
    expect([page.nodes[0]?.id, page.pageInfo.hasNextPage]).toEqual([sessionId(second), true])
    const next = await list(first, `(first: 1, after: "${page.pageInfo.endCursor}")`)
    expect([next.nodes[0]?.id, next.pageInfo.hasNextPage]).toEqual([sessionId(first), false])
  })

  it('have the time of the last refresh and the expiry that it extended', async () => {
    const ned = await signUp(users, 'nev')
    const [before] = (await list(ned)).nodes
    expect(before?.refreshedAt).toBeNull()
    await bed.clock.advance(60)
    await users.mutate('refreshSession', { refreshToken: ned.refreshToken })
    const [after] = (await list(ned)).nodes
    const time = (text: string | null | undefined) => Date.parse(text ?? '')
    expect(time(after?.refreshedAt) - time(before?.createdAt)).toBe(60_000)
    expect(time(after?.expiresAt) - time(before?.expiresAt)).toBe(60_000)
  })

  it('are private: a reference to another viewer is null', async () => {
    const [nia, nik] = [await signUp(users, 'nia'), await signUp(users, 'nik')]
    const of = [nia, nik].map(({ uuid }) => ({ __typename: 'Viewer', id: formatId('viewer', uuid) }))
    const { data } = await users.call(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { user { handle } } } }',
      { of },
      nia.viewer,
    )
    expect(data).toEqual({ _entities: [{ user: { handle: 'nia' } }, null] })
  })

  it('can be ended individually by id, and only by their user', async () => {
    const [here, other] = [await signUp(users, 'liv'), await signUp(users, 'lee')]
    const there = await signIn('liv')
    const end = (who: SignedUp, of: SignedUp) =>
      users.mutate('endSession', { sessionId: sessionId(of) }, who.viewer)
    expect(await end(other, there)).toMatchObject({ code: 'NOT_FOUND', path: ['input', 'sessionId'] })
    for (let i = 0; i < 2; i++) expect(await end(here, there)).toMatchObject({ sessionId: sessionId(there) })
    expect(await ids(here)).toEqual([sessionId(here)])
    expect(await ids(other)).toEqual([sessionId(other)])
    expect(await users.mutate('endSession', { sessionId: here.id }, here.viewer)).toMatchObject({
      issues: [{ path: ['input', 'sessionId'], message: expect.stringContaining('id of a session') }],
    })
    expect((await users.mutate('endSession', { sessionId: sessionId(here) })).code).toBe('UNAUTHENTICATED')
  })
})
