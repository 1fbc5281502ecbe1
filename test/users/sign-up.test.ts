import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { PASSWORD, signedIn, signUp, type UsersSubgraph } from './users-client.ts'

describe('signing up', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start()
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const countOf = async (table: string, where = 'true') => {
    const { rows } = await bed.database.query<{ n: number }>(
      `select count(*)::int as n from ${table} where ${where}`,
    )
    return rows[0]?.n
  }

  it('creates a user, lower-cases the handle, and starts a session', async () => {
    const payload = await users.mutate('signUp', {
      handle: 'Alice_1',
      name: 'Alice',
      password: PASSWORD,
      bio: 'Hi',
    })
    expect(payload).toMatchObject({
      __typename: 'SignUpSuccess',
      user: {
        handle: 'alice_1',
        name: 'Alice',
        bio: 'Hi',
        version: 1,
        createdAt: new Date(bed.clock.now).toISOString(),
      },
      session: { refreshToken: expect.stringMatching(/^[\w-]{43}$/) },
    })
  })

  it('stores only hashes of the password and the refresh token', async () => {
    const erin = await signUp(users, 'hashed')
    const { rows } = await bed.database.query<{ password_hash: string; hash: Buffer }>(
      `select password_hash, hash from credential join session using (user_id)
       join refresh_token on session_id = session.id where user_id = $1`,
      [erin.uuid],
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.password_hash).toMatch(/^scrypt\$32768\$8\$1\$/)
    expect(rows[0]?.hash).toHaveLength(32)
    expect(rows[0]?.hash.toString('base64url')).not.toBe(erin.refreshToken)
  })

  it('reports all errors in the input at once', async () => {
    const input = { handle: 'no-good', name: 'a\0b', password: 'short', bio: 'x\ud800', idempotencyKey: '' }
    const payload = await users.mutate('signUp', input)
    expect(payload).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' })
    const faulty = payload.issues?.map(({ path }) => path.join('.'))
    expect(faulty).toEqual(
      ['handle', 'name', 'password', 'bio', 'idempotencyKey'].map((field) => `input.${field}`),
    )
    expect(payload.issues?.[0]?.message).toContain('"no-good"')
  })

  it('rejects a handle with invalid characters or length, and passwords of 7 and 201 characters', async () => {
    for (const handle of ['ab', '1abc', 'al ice', 'älice', '@alice', 'a'.repeat(31), 'x\0yz', '']) {
      const payload = await users.mutate('signUp', { handle, name: 'A', password: PASSWORD })
      expect(
        payload.issues?.map(({ path }) => path),
        JSON.stringify(handle),
      ).toEqual([['input', 'handle']])
    }
    for (const password of ['x'.repeat(7), 'x'.repeat(201)]) {
      const payload = await users.mutate('signUp', { handle: 'pass_word', name: 'A', password })
      expect(payload.issues?.map(({ path }) => path)).toEqual([['input', 'password']])
    }
  })

  it('gives a handle to exactly one of two concurrent sign-ups', async () => {
    const second = await bed.start()
    for (let round = 0; round < 20; round++) {
      const handle = `Racer_${round}`
      const payloads = await Promise.all(
        [users, second].map((process) =>
          process.mutate('signUp', { handle, name: handle, password: PASSWORD }),
        ),
      )
      expect(payloads.map(({ __typename }) => __typename).toSorted()).toEqual([
        'HandleTaken',
        'SignUpSuccess',
      ])
      const loser = payloads.find(({ code }) => code === 'HANDLE_TAKEN')
      expect(loser).toMatchObject({
        path: ['input', 'handle'],
        message: expect.stringContaining(`"racer_${round}"`),
      })
    }
    expect(await countOf('users', `handle like 'racer\\_%'`)).toBe(20)
    expect(await countOf('credential')).toBe(await countOf('users'))
  })

  describe('with an idempotency key', () => {
    const input = { handle: 'once', name: 'Once', password: PASSWORD, idempotencyKey: 'sign-up-1' }

    it('a retry returns the same user and a new session', async () => {
      const first = await users.mutate('signUp', input)
      const again = await users.mutate('signUp', { ...input, handle: 'ONCE' })
      expect(again.__typename).toBe('SignUpSuccess')
      expect(again.user).toEqual(first.user)
      expect(again.session?.refreshToken).not.toBe(first.session?.refreshToken)
      expect(await countOf('users', `handle = 'once'`)).toBe(1)
    })

    it('another input with the same key is rejected, and so is another password', async () => {
      for (const other of [{ handle: 'twice' }, { password: `${PASSWORD}!` }, { name: 'Twice' }]) {
        const payload = await users.mutate('signUp', { ...input, ...other })
        expect(payload).toMatchObject({
          __typename: 'IdempotencyConflict',
          path: ['input', 'idempotencyKey'],
        })
      }
    })

    it('concurrent duplicates take effect once', async () => {
      const racing = { handle: 'racing_once', name: 'R', password: PASSWORD, idempotencyKey: 'sign-up-2' }
      const payloads = await Promise.all(Array.from({ length: 8 }, () => users.mutate('signUp', racing)))
      expect(new Set(payloads.map(({ user }) => user?.id))).toEqual(new Set([payloads[0]?.user?.id]))
      expect(payloads.every(({ __typename }) => __typename === 'SignUpSuccess')).toBe(true)
      expect(await countOf('users', `handle = 'racing_once'`)).toBe(1)
    })

    it('a failure does not consume the key', async () => {
      const key = { idempotencyKey: 'sign-up-3' }
      const taken = await users.mutate('signUp', { handle: 'once', name: 'X', password: PASSWORD, ...key })
      expect(taken.__typename).toBe('HandleTaken')
      const free = await users.mutate('signUp', { handle: 'free_one', name: 'X', password: PASSWORD, ...key })
      expect(free.__typename).toBe('SignUpSuccess')
    })

    it('after a change of the password, a retry needs the new password', async () => {
      const dan = { handle: 'dan_once', name: 'Dan', password: PASSWORD, idempotencyKey: 'sign-up-4' }
      const { user } = await users.mutate('signUp', dan)
      const viewer = { id: user?.id ?? '', session: null }
      const change = { currentPassword: PASSWORD, newPassword: 'another horse' }
      expect((await users.mutate('changePassword', change, viewer)).__typename).toBe('ChangePasswordSuccess')
      expect(await users.mutate('signUp', dan)).toMatchObject({
        __typename: 'IdempotencyConflict',
        path: ['input', 'idempotencyKey'],
        message: expect.stringContaining('signIn'),
      })
      const again = await users.mutate('signUp', { ...dan, password: 'another horse' })
      expect(again.user).toEqual(user)
    })

    it('a retry during a password change starts no session', async () => {
      const eva = { handle: 'eva_once', name: 'Eva', password: PASSWORD, idempotencyKey: 'sign-up-5' }
      const { uuid } = signedIn(await users.mutate('signUp', eva))
      await bed.database.query('begin')
      await bed.database.query(`update credential set password_hash = 'changed' where user_id = $1`, [uuid])
      const late = users.mutate('signUp', eva)
      try {
        await bed.waiting(1)
      } finally {
        await bed.database.query('commit')
      }
      expect((await late).code).toBe('IDEMPOTENCY_CONFLICT')
      expect(await countOf('session', `user_id = '${uuid}'`)).toBe(1)
    })

    it('stores the same input hash for every password, so a guess can only be checked against the slow hash', async () => {
      const fay = { handle: 'fay_once', name: 'Fay', idempotencyKey: 'sign-up-6' }
      const storedWith = async (password: string) => {
        await bed.database.query(`delete from users where handle = 'fay_once'`)
        await bed.database.query(`delete from idempotency_key where key = 'sign-up-6'`)
        expect((await users.mutate('signUp', { ...fay, password })).__typename).toBe('SignUpSuccess')
        const { rows } = await bed.database.query<{ input_hash: Buffer }>(
          `select input_hash from idempotency_key where key = 'sign-up-6'`,
        )
        return rows[0]?.input_hash.toString('hex')
      }
      expect(await storedWith(PASSWORD)).toBe(await storedWith('another horse'))
    })

    it('stores neither the password nor a token', async () => {
      const { rows } = await bed.database.query<{ size: number; texts: string[] }>(
        `select length(input_hash) as size, array[encode(input_hash, 'escape'), viewer, key, result_id] as texts
         from idempotency_key`,
      )
      expect(rows.length).toBeGreaterThan(0)
      for (const { size, texts } of rows) {
        expect(size).toBe(32)
        expect(texts.join(' ')).not.toMatch(/horse|eyJ/)
      }
    })
  })
})
