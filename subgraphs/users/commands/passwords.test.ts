import { describe, expect, it } from 'vitest'
import { createPasswords } from './passwords.ts'

describe('passwords', () => {
  it('match only their own hash, and never a missing one', async () => {
    const passwords = createPasswords({ atOnce: 2, waiting: 60 })
    const hash = await passwords.hash('correct horse')
    expect(await passwords.verify('correct horse', hash)).toBe(true)
    expect(await passwords.verify('correct house', hash)).toBe(false)
    expect(await passwords.verify('correct horse', null)).toBe(false)
    expect(await passwords.verify('the password of nobody', null)).toBe(false)
  })

  it('take a similar time to reject with and without a hash', async () => {
    const passwords = createPasswords({ atOnce: 2, waiting: 60 })
    const hash = await passwords.hash('correct horse')
    const elapsed = async (against: string | null) => {
      const start = performance.now()
      await passwords.verify('wrong horse', against)
      return performance.now() - start
    }
    expect(await elapsed(null)).toBeGreaterThan((await elapsed(hash)) / 4)
  })

  it('are rejected immediately, but not as wrong, while too many are waiting', async () => {
    const passwords = createPasswords({ atOnce: 1, waiting: 1 })
    const hash = await passwords.hash('correct horse')
    const verify = () => passwords.verify('correct horse', hash)
    const [running, waiting, ...late] = [verify(), verify(), verify(), passwords.hash('another horse')]
    const refused = late.map((job) =>
      expect(job).rejects.toMatchObject({ extensions: { code: 'OVERLOADED' } }),
    )
    await Promise.all(refused)
    expect(await Promise.all([running, waiting])).toEqual([true, true])
  })
})
