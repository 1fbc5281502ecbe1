import { describe, expect, it } from 'vitest'
import { createPasswords, createTurnstile } from './passwords.ts'

describe('passwords', () => {
  it('verify against their own hash only, and against none at all', async () => {
    const passwords = createPasswords(2)
    const hash = await passwords.hash('correct horse')
    expect(await passwords.verify('correct horse', hash)).toBe(true)
    expect(await passwords.verify('correct house', hash)).toBe(false)
    expect(await passwords.verify('correct horse', null)).toBe(false)
    expect(await passwords.verify('the password of nobody', null)).toBe(false)
  })

  it('take about as long to refuse without a hash as with one', async () => {
    const passwords = createPasswords(2)
    const hash = await passwords.hash('correct horse')
    const elapsed = async (against: string | null) => {
      const start = performance.now()
      await passwords.verify('wrong horse', against)
      return performance.now() - start
    }
    expect(await elapsed(null)).toBeGreaterThan((await elapsed(hash)) / 4)
  })
})

describe('a turnstile', () => {
  it('lets in no more than its limit, in the order they came', async () => {
    const enter = createTurnstile(2)
    const entered: number[] = []
    const doors = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
    const jobs = doors.map(({ promise }, i) =>
      enter(() => {
        entered.push(i)
        return promise
      }),
    )
    expect(entered).toEqual([0, 1])
    doors[1]?.resolve()
    await jobs[1]
    expect(entered).toEqual([0, 1, 2])
    for (const { resolve } of doors) resolve()
    await Promise.all(jobs)
    expect(entered).toEqual([0, 1, 2, 3, 4])
  })

  it('lets in the next one also after a failure', async () => {
    const enter = createTurnstile(1)
    const failing = enter(() => Promise.reject(new Error('broken')))
    const next = enter(() => Promise.resolve('in'))
    await expect(failing).rejects.toThrow('broken')
    expect(await next).toBe('in')
  })
})
