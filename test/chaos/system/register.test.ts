import { expect, test } from 'vitest'
import { createRegister } from './register.ts'

function registerOf(...writes: [value: string, outcome: 'ok' | 'failed' | 'unknown' | 'late'][]) {
  let generation = 0
  const register = createRegister(() => generation)
  for (const [value, outcome] of writes) register.write(value, `the write of ${value}`)(outcome)
  return { register, restore: () => generation++ }
}

test('a read must return the last acknowledged write and no earlier one', () => {
  const expectation = registerOf(['a', 'ok'], ['b', 'ok'], ['c', 'failed']).register.expect()
  expect(expectation?.operation).toBe('the write of b')
  expect(['a', 'b', 'c', undefined].map((value) => expectation?.accepts(value))).toEqual([
    false,
    true,
    false,
    false,
  ])
})

test('a write with an unknown outcome can be visible at any time, and proves nothing', () => {
  const { register } = registerOf(['a', 'ok'], ['b', 'unknown'], ['c', 'ok'])
  const expectation = register.expect()
  expect(['a', 'b', 'c'].map((value) => expectation?.accepts(value))).toEqual([false, true, true])
  expect(register.certain()).toBeNull()
})

test('a late write can be visible until the next acknowledged write, and not after it', () => {
  const { register } = registerOf(['a', 'ok'], ['b', 'late'])
  expect(['a', 'b', 'c'].map((value) => register.expect()?.accepts(value))).toEqual([true, true, false])
  expect(register.certain()).toBeNull()
  register.write('c', 'the write of c')('ok')
  expect(['a', 'b', 'c'].map((value) => register.expect()?.accepts(value))).toEqual([false, false, true])
  expect(register.certain()).toBe('c')
})

test('a write during a read can be visible', () => {
  const { register } = registerOf(['a', 'ok'])
  const expectation = register.expect()
  const settle = register.write('b', 'the write of b')
  expect(expectation?.accepts('b')).toBe(true)
  expect(register.certain()).toBeNull()
  settle('ok')
  expect(register.certain()).toBe('b')
  expect(register.expect()?.accepts('a')).toBe(false)
})

test('after a restore, nothing is known until a later write', () => {
  const { register, restore } = registerOf(['a', 'ok'])
  const expectation = register.expect()
  const settle = register.write('b', 'the write of b')
  restore()
  settle('ok')
  expect(expectation?.accepts('something older')).toBe(true)
  expect(register.expect()).toBeNull()
  register.write('c', 'the write of c')('ok')
  expect(register.expect()?.accepts('c')).toBe(true)
})

test('a read that may lag behind can return what was superseded since, and nothing older', () => {
  let now = 0
  const register = createRegister(
    () => 0,
    () => now,
  )
  for (const value of ['a', 'b', 'c']) {
    register.write(value, `the write of ${value}`)('ok')
    now += 1_000
  }
  const possible = (lagMs: number) => [...(register.expect(lagMs)?.values() ?? [])]
  expect(possible(999)).toEqual(['c'])
  expect(possible(1_500)).toEqual(['b', 'c'])
  expect(possible(2_000)).toEqual(['b', 'c'])
  expect(possible(2_001)).toEqual(['a', 'b', 'c'])
  expect(register.expect(3_001)).toBeNull()
})
