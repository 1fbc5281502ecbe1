import { expect, test } from 'vitest'
import { createShelf } from './shelf.ts'

function openBed() {
  const state = { now: 0, generation: 0 }
  const shelf = createShelf(
    () => state.generation,
    () => state.now,
  )
  for (const id of ['a', 'b', 'c']) {
    shelf.publish()('ok', id)
    state.now += 1_000
  }
  return { state, shelf }
}

test('a list must have what was published long enough ago', () => {
  const { shelf } = openBed()
  expect(shelf.expect(0).faultsOf(['c', 'b', 'a'], true)).toEqual([])
  expect(shelf.expect(0).faultsOf(['b', 'a'], true)).toEqual(['c was published, and is not listed'])
  expect(shelf.expect(1_001).faultsOf(['b', 'a'], true)).toEqual([])
  expect(shelf.expect(0).faultsOf(['c', 'b'], false)).toEqual([])
  expect(shelf.expect(0).faultsOf(['c', 'a'], false)).toEqual(['b was published, and is not listed'])
})

test('a list must not have what was deleted long enough ago', () => {
  const { shelf, state } = openBed()
  const before = shelf.expect(0)
  state.now += 1
  shelf.remove('b')('ok')
  expect(before.faultsOf(['c', 'b', 'a'], true)).toEqual([])
  expect(before.faultsOf(['c', 'a'], true)).toEqual([])
  expect(shelf.expect(0).faultsOf(['c', 'b', 'a'], true)).toEqual(['b was deleted, and is listed'])
  state.now += 10
  expect(shelf.expect(11).faultsOf(['c', 'b', 'a'], true)).toEqual([])
  expect([shelf.expect(0).mayShow('b'), shelf.expect(0).mayMiss('b')]).toEqual([false, true])
  expect([shelf.expect(0).mayShow('a'), shelf.expect(0).mayMiss('a')]).toEqual([true, false])
})

test('a count has a least and a greatest value', () => {
  const { shelf } = openBed()
  expect(shelf.expect(0).count()).toEqual({ least: 3, most: 3 })
  expect(shelf.expect(1_500).count()).toEqual({ least: 2, most: 3 })
  const settle = shelf.publish()
  expect(shelf.expect(0).count()).toEqual({ least: 3, most: 4 })
  settle('unknown')
  expect(shelf.expect(0).count()).toEqual({ least: 3, most: 5 })
  shelf.remove('a')('unknown')
  expect(shelf.expect(0).count()).toEqual({ least: 2, most: 5 })
})

test('after a restore, only later posts are known', () => {
  const { shelf, state } = openBed()
  const before = shelf.expect(0)
  state.generation++
  expect(before.faultsOf([], true)).toEqual([])
  shelf.publish()('ok', 'd')
  expect(shelf.expect(0).faultsOf(['a'], true)).toEqual(['d was published, and is not listed'])
  expect(shelf.expect(0).count()).toBeNull()
})
