import { describe, expect, test } from 'vitest'
import { CELEBRITY, FRIENDS } from '../named-users.ts'
import type { EdgeList } from './edge-list.ts'
import { generateGraph } from './graph.ts'
import { measureGraph } from './statistics.ts'

describe.each([
  { users: 1_000, seed: 42 },
  { users: 1_000, seed: 7 },
])('a graph of $users users, seed $seed', ({ users, seed }) => {
  const edges = generateGraph(users, seed)

  test('has the shape of a real social graph', () => {
    const shape = measureGraph(users, undirected(edges))
    expect(Math.abs(shape.median - 29)).toBeLessThanOrEqual(4)
    expect(Math.abs(shape.p99 - 157)).toBeLessThanOrEqual(25)
    expect(shape.mean).toBeGreaterThan(36)
    expect(shape.mean).toBeLessThan(43)
    expect(shape.transitivity).toBeGreaterThan(0.15)
    expect(shape.transitivity).toBeLessThan(0.27)
  })

  test('has about 40 follows for each user, most of them mutual', () => {
    expect(edges.length / users).toBeGreaterThan(36)
    expect(edges.length / users).toBeLessThan(44)
    expect(mutualPart(edges)).toBeGreaterThan(0.85)
  })

  test('has no repeated follows and no self-follows', () => {
    const seen = new Set(pairs(edges).map(([from, to]) => `${from} ${to}`))
    expect(seen.size).toBe(edges.length)
    expect(pairs(edges).filter(([from, to]) => from === to)).toEqual([])
  })

  test('has a celebrity followed by a third of all users', () => {
    expect(pairs(edges).filter(([, to]) => to === CELEBRITY)).toHaveLength(Math.round(users / 3))
  })

  test('has four friends who follow each other', () => {
    const among = pairs(edges).filter(([from, to]) => from < FRIENDS && to < FRIENDS)
    expect(among).toHaveLength(FRIENDS * (FRIENDS - 1))
  })
})

test('a larger graph has the same shape, except for its celebrities', () => {
  const users = 10_000
  const edges = generateGraph(users, 42)
  const ordinary = undirected(edges).filter(([a, b]) => !isCelebrity(a) && !isCelebrity(b))
  const shape = measureGraph(users, ordinary)
  expect(Math.abs(shape.median - 29)).toBeLessThanOrEqual(4)
  expect(Math.abs(shape.p99 - 157)).toBeLessThanOrEqual(25)
  expect(shape.transitivity).toBeGreaterThan(0.15)
  expect(shape.transitivity).toBeLessThan(0.27)
})

test('equal seeds give equal graphs, and different seeds give different graphs', () => {
  expect(pairs(generateGraph(200, 1))).toEqual(pairs(generateGraph(200, 1)))
  expect(pairs(generateGraph(200, 1))).not.toEqual(pairs(generateGraph(200, 2)))
})

test('the smallest graph contains the named users', () => {
  const edges = generateGraph(5, 42)
  expect(pairs(edges).filter(([from, to]) => from < FRIENDS && to < FRIENDS)).toHaveLength(12)
  expect(pairs(edges).some(([, to]) => to === CELEBRITY)).toBe(true)
})

function pairs(edges: EdgeList): [number, number][] {
  return Array.from({ length: edges.length }, (_, i) => [edges.from(i), edges.to(i)])
}

function undirected(edges: EdgeList): [number, number][] {
  const there = new Set(pairs(edges).map(([from, to]) => from * 1e6 + to))
  return pairs(edges).filter(([from, to]) => from < to || !there.has(to * 1e6 + from))
}

function mutualPart(edges: EdgeList): number {
  return (2 * (edges.length - undirected(edges).length)) / edges.length
}

function isCelebrity(user: number): boolean {
  return user >= CELEBRITY && user <= CELEBRITY + 1
}
