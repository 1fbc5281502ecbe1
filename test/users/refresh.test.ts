import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { endedSessions, signUp, type SignedUp, type UsersSubgraph } from './users-client.ts'

describe('sessions', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start({ ACCESS_TOKEN_TTL_S: '900', REFRESH_TOKEN_TTL_S: '3600' })
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const refresh = (refreshToken: string | undefined) => users.mutate('refreshSession', { refreshToken })
  const isOver = async ({ viewer }: SignedUp) => (await endedSessions(users)).includes(viewer.session ?? '')

  describe('continue with a refresh token', () => {
    it('by the earlier name of the mutation too', async () => {
      const { refreshToken } = await signUp(users, 'cam')
      const { session } = await users.mutate('refreshToken', { refreshToken })
      expect((await refresh(session?.refreshToken)).__typename).toBe('RefreshSessionSuccess')
    })

    it('that is exchanged for another one', async () => {
      const first = await signUp(users, 'cat')
      const second = await refresh(first.refreshToken)
      expect(second.__typename).toBe('RefreshSessionSuccess')
      expect(second.session?.refreshToken).not.toBe(first.refreshToken)
      expect((await refresh(second.session?.refreshToken)).__typename).toBe('RefreshSessionSuccess')
      expect(await isOver(first)).toBe(false)
    })

    const invalid = { __typename: 'InvalidCredentials', path: ['input', 'refreshToken'] }

    it('that can be used once: a second use after 10 seconds ends the session', async () => {
      const stolen = await signUp(users, 'deb')
      const { session } = await refresh(stolen.refreshToken)
      await bed.clock.advance(10)
      expect((await refresh(stolen.refreshToken)).session?.refreshToken).toBe(session?.refreshToken)
      expect(await isOver(stolen)).toBe(false)
      await bed.clock.advance(0.001)
      expect(await refresh(stolen.refreshToken)).toMatchObject(invalid)
      expect(await isOver(stolen)).toBe(true)
      expect(await refresh(session?.refreshToken)).toMatchObject(invalid)
    })

    it('that a client repeats after a lost response: it gets the same successor and an access token', async () => {
      const lost = await signUp(users, 'dan')
      const first = (await refresh(lost.refreshToken)).session
      await bed.clock.advance(3)
      const again = (await refresh(lost.refreshToken)).session
      expect(again).toMatchObject({
        refreshToken: first?.refreshToken,
        refreshTokenExpiresAt: first?.refreshTokenExpiresAt,
      })
      expect(Date.parse(again?.accessTokenExpiresAt ?? '')).toBe(
        Math.floor(bed.clock.now / 1000) * 1000 + 900_000,
      )
      expect((await refresh(again?.refreshToken)).session).toBeTruthy()
      expect(await isOver(lost)).toBe(false)
    })

    it('whose repeats do not extend the 10 seconds', async () => {
      const stolen = await signUp(users, 'dig')
      const { session } = await refresh(stolen.refreshToken)
      for (let second = 0; second < 9; second += 3) {
        await bed.clock.advance(3)
        expect((await refresh(stolen.refreshToken)).session?.refreshToken).toBe(session?.refreshToken)
      }
      await bed.clock.advance(2)
      expect(await refresh(stolen.refreshToken)).toMatchObject(invalid)
      expect(await isOver(stolen)).toBe(true)
    })

    it('that counts as stolen if it is repeated after its successor was used', async () => {
      const stolen = await signUp(users, 'dot')
      const second = (await refresh(stolen.refreshToken)).session
      const third = (await refresh(second?.refreshToken)).session
      expect(await refresh(stolen.refreshToken)).toMatchObject(invalid)
      expect(await isOver(stolen)).toBe(true)
      expect(await refresh(third?.refreshToken)).toMatchObject(invalid)
    })

    it('that cannot be repeated for an ended session or by another viewer', async () => {
      const [left, other] = [await signUp(users, 'don'), await signUp(users, 'dov')]
      await refresh(left.refreshToken)
      await users.mutate('signOut', {}, left.viewer)
      expect(await refresh(left.refreshToken)).toMatchObject(invalid)

      const kept = await signUp(users, 'dua')
      const { session } = await refresh(kept.refreshToken)
      const input = { refreshToken: kept.refreshToken }
      const own = await users.mutate('refreshToken', input, kept.viewer)
      expect(own.session?.refreshToken).toBe(session?.refreshToken)
      expect(await users.mutate('refreshToken', input, other.viewer)).toMatchObject(invalid)
      expect([await isOver(kept), await isOver(other)]).toEqual([true, false])
    })

    it('that gives one successor to concurrent uses in three tabs and two processes', async () => {
      const second = await bed.start({ ACCESS_TOKEN_TTL_S: '900', REFRESH_TOKEN_TTL_S: '3600' })
      for (let round = 0; round < 5; round++) {
        const racer = await signUp(users, `refresh_${round}`)
        // All three wait for the session's row before any of them reads the token.
        await bed.database.query('begin')
        await bed.database.query('select from session where id = $1 for update', [racer.viewer.session])
        const tabs = [users, second, users].map((process) =>
          process.mutate('refreshToken', { refreshToken: racer.refreshToken }),
        )
        try {
          await bed.waiting(3)
        } finally {
          await bed.database.query('commit')
        }
        const payloads = await Promise.all(tabs)
        expect(payloads.map(({ __typename }) => __typename)).toEqual(Array(3).fill('RefreshTokenSuccess'))
        const successors = new Set(payloads.map(({ session }) => session?.refreshToken))
        expect(successors.size).toBe(1)
        expect(await isOver(racer)).toBe(false)
        expect((await refresh([...successors][0])).session).toBeTruthy()
      }
    })

    it('that cannot be derived from the stored data', async () => {
      const { refreshToken } = await signUp(users, 'dee')
      const next = (await refresh(refreshToken)).session?.refreshToken ?? ''
      const { rows } = await bed.database.query<{ row: string }>(
        `select encode(hash, 'base64') || ' ' || encode(hash, 'escape') || refresh_token::text as row from refresh_token`,
      )
      const stored = rows.map(({ row }) => row).join(' ')
      for (const token of [refreshToken, next]) expect(stored).not.toContain(token.slice(0, 20))
    })

    it('that is not unknown, malformed or expired', async () => {
      for (const token of ['', 'nonsense', '\0', '\ud800', 'A'.repeat(43), 'x'.repeat(100_000)]) {
        expect((await refresh(token)).__typename).toBe('InvalidCredentials')
      }
      const late = await signUp(users, 'eve')
      await bed.clock.advance(3600)
      expect((await refresh(late.refreshToken)).__typename).toBe('InvalidCredentials')
      expect(await isOver(late)).toBe(false)
    })

    it('and expired tokens are deleted', async () => {
      const long = await signUp(users, 'fay')
      let token: string | undefined = long.refreshToken
      for (let i = 0; i < 4; i++) {
        await bed.clock.advance(1800)
        token = (await refresh(token)).session?.refreshToken
      }
      const { rowCount } = await bed.database.query('select from refresh_token where session_id = $1', [
        long.viewer.session,
      ])
      expect(rowCount).toBe(2)
    })
  })
})
