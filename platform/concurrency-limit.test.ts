import { describe, expect, it } from 'vitest'
import { concurrencyLimit } from './concurrency-limit.ts'

describe('a concurrencyLimit', () => {
  it('runs no more tasks than its limit, in order of arrival', async () => {
    const enter = concurrencyLimit({ atOnce: 2 })
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

  it('runs the next task after a failure', async () => {
    const enter = concurrencyLimit({ atOnce: 1 })
    const failing = enter(() => Promise.reject(new Error('broken')))
    const next = enter(() => Promise.resolve('in'))
    await expect(failing).rejects.toThrow('broken')
    expect(await next).toBe('in')
  })

  it('rejects a task when the queue is full, and accepts tasks again when there is room', async () => {
    const enter = concurrencyLimit({ atOnce: 1, waiting: 2, refuse: () => new Error('full') })
    const door = Promise.withResolvers<void>()
    const inside = enter(() => door.promise)
    const waiting = [1, 2].map((n) => enter(() => Promise.resolve(n)))
    await expect(enter(() => Promise.resolve(3))).rejects.toThrow('full')
    door.resolve()
    await inside
    expect(await Promise.all(waiting)).toEqual([1, 2])
    expect(await enter(() => Promise.resolve(4))).toBe(4)
  })
})
