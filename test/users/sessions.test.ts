import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mutationText, type Payload } from './mutations.ts'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import {
  ENDED_SESSIONS_URL,
  endedSessions,
  PASSWORD,
  signedIn,
  signUp,
  type SignedUp,
  type UsersSubgraph,
} from './users-client.ts'

describe('sessions', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start({ ACCESS_TOKEN_TTL_S: '900', REFRESH_TOKEN_TTL_S: '3600' })
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const signIn = async (handle: string, password = PASSWORD) =>
    signedIn(await users.mutate('signIn', { handle, password }))
  const refresh = (refreshToken: string | undefined) => users.mutate('refreshSession', { refreshToken })
  const isOver = async ({ viewer }: SignedUp) => (await endedSessions(users)).includes(viewer.session ?? '')

  describe('begin with a password', () => {
    it('that is right, in any case of the handle', async () => {
      const { id } = await signUp(users, 'ann')
      expect((await signIn('ANN')).id).toBe(id)
    })

    it('and give the same error for a wrong password and an unknown handle', async () => {
      await signUp(users, 'ben')
      const wrong = await users.mutate('signIn', { handle: 'ben', password: 'wrong horse' })
      const unknown = await users.mutate('signIn', { handle: 'nobody_here', password: PASSWORD })
      expect(wrong).toMatchObject({ __typename: 'InvalidCredentials', code: 'INVALID_CREDENTIALS' })
      expect(unknown).toEqual(wrong)
    })

    it('or are rejected immediately, not as a wrong password, while too many are waiting', async () => {
      await signUp(users, 'bea')
      const input = { handle: 'bea', password: PASSWORD }
      const text = mutationText('signIn')
      const answers = await Promise.all(
        Array.from({ length: 120 }, () => users.call<{ signIn: Payload | null }>(text, { input })),
      )
      const refused = answers.filter(({ errors }) => errors)
      expect(refused.length).toBeGreaterThan(0)
      expect(new Set(refused.map(({ errors }) => errors?.[0]?.extensions.code))).toEqual(
        new Set(['OVERLOADED']),
      )
      const served = answers.flatMap(({ data }) => data?.signIn?.__typename ?? [])
      expect(served).toEqual(Array(120 - refused.length).fill('SignInSuccess'))
      expect((await signIn('bea')).viewer.session).not.toBeNull()
    })

    it('and reject invalid handles and passwords', async () => {
      const payload = await users.mutate('signIn', { handle: 'a\0b', password: 'x'.repeat(201) })
      expect(payload.issues?.map(({ path }) => path[1])).toEqual(['handle', 'password'])
    })
  })

  describe('end', () => {
    it('with a sign-out without arguments', async () => {
      const { viewer } = await signUp(users, 'lou')
      const text = 'mutation { signOut { ... on SignOutSuccess { endedSessions } } }'
      expect((await users.call(text, {}, viewer)).data).toEqual({ signOut: { endedSessions: 1 } })
    })

    it('with a sign-out, which the export then contains for the gateway', async () => {
      const here = await signUp(users, 'gus')
      const there = await signIn('gus')
      expect(await users.mutate('signOut', {}, here.viewer)).toMatchObject({ endedSessions: 1 })
      expect(await users.mutate('signOut', {}, here.viewer)).toMatchObject({ endedSessions: 0 })
      expect([await isOver(here), await isOver(there)]).toEqual([true, false])
      expect((await refresh(here.refreshToken)).__typename).toBe('InvalidCredentials')
      expect((await refresh(there.refreshToken)).__typename).toBe('RefreshSessionSuccess')
    })

    it('all together, but only those of the viewer', async () => {
      const here = await signUp(users, 'hal')
      const there = await signIn('hal')
      const other = await signUp(users, 'ian')
      expect(await users.mutate('signOut', { everywhere: true }, here.viewer)).toMatchObject({
        endedSessions: 2,
      })
      expect([await isOver(here), await isOver(there), await isOver(other)]).toEqual([true, true, false])
      const foreign = { id: other.viewer.id, session: here.viewer.session }
      expect(await users.mutate('signOut', {}, foreign)).toMatchObject({ endedSessions: 0 })
    })

    it('permanently: the export has them until their last access token has expired, with a margin', async () => {
      const gone = await signUp(users, 'jan')
      await users.mutate('signOut', {}, gone.viewer)
      await bed.clock.advance(900 + 60)
      expect(await isOver(gone)).toBe(true)
      await bed.clock.advance(1)
      expect(await isOver(gone)).toBe(false)
    })

    it('only for a signed-in viewer', async () => {
      expect((await users.mutate('signOut', {})).code).toBe('UNAUTHENTICATED')
    })

    it('without leaving rows: a sign-in removes ended ones', async () => {
      const kim = await signUp(users, 'kim')
      await signIn('kim')
      await users.mutate('signOut', {}, kim.viewer)
      await bed.clock.advance(3600 + 900 + 61)
      await signIn('kim')
      const { rowCount } = await bed.database.query('select from session where user_id = $1', [kim.uuid])
      expect(rowCount).toBe(1)
    })
  })

  describe('and a changed password', () => {
    const change = (currentPassword: string, newPassword: string, viewer: SignedUp['viewer'] | null) =>
      users.mutate('changePassword', { currentPassword, newPassword }, viewer)

    it('ends all other sessions', async () => {
      const here = await signUp(users, 'lea')
      const there = await signIn('lea')
      expect(await change(PASSWORD, 'another horse', here.viewer)).toMatchObject({ endedSessions: 1 })
      expect([await isOver(here), await isOver(there)]).toEqual([false, true])
      expect((await users.mutate('signIn', { handle: 'lea', password: PASSWORD })).code).toBe(
        'INVALID_CREDENTIALS',
      )
      expect((await signIn('lea', 'another horse')).id).toBe(here.id)
    })

    it('requires the current one, a valid new one, and a viewer', async () => {
      const { viewer } = await signUp(users, 'max')
      expect(await change('wrong horse', 'another horse', viewer)).toMatchObject({
        code: 'INVALID_CREDENTIALS',
        path: ['input', 'currentPassword'],
      })
      expect((await change(PASSWORD, 'short', viewer)).issues?.map(({ path }) => path[1])).toEqual([
        'newPassword',
      ])
      expect((await change(PASSWORD, 'another horse', null)).code).toBe('UNAUTHENTICATED')
      expect((await signIn('max')).viewer.id).toBe(viewer.id)
    })

    it('rejects a concurrent sign-in that has already verified the old one', async () => {
      const { uuid } = await signUp(users, 'mia')
      await bed.database.query('begin')
      await bed.database.query(`update credential set password_hash = 'changed' where user_id = $1`, [uuid])
      const late = users.mutate('signIn', { handle: 'mia', password: PASSWORD })
      await bed.waiting(1)
      await bed.database.query('commit')
      expect((await late).code).toBe('INVALID_CREDENTIALS')
    })

    it('is changed only once by two concurrent changes', async () => {
      const { viewer } = await signUp(users, 'ned')
      const payloads = await Promise.all(
        ['first horse', 'second horse'].map((next) => change(PASSWORD, next, viewer)),
      )
      const names = payloads.map(({ __typename }) => __typename).toSorted()
      expect(names).toEqual(['ChangePasswordSuccess', 'InvalidCredentials'])
    })
  })

  it('are listed as ended for our own services only', async () => {
    expect((await users.getText(ENDED_SESSIONS_URL)).status).toBe(401)
    expect((await users.getText(ENDED_SESSIONS_URL, 'posts')).status).toBe(401)
    expect((await users.getText(ENDED_SESSIONS_URL, 'users')).status).toBe(200)
  })
})
