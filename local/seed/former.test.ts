import { expect, test } from 'vitest'
import { drawFormer } from './former.ts'
import { generateGraph } from './graph/graph.ts'

test('former follows are drawn in the order of edges, each once, and are no edges', () => {
  const edges = generateGraph(500, 7)
  const present = new Set(Array.from({ length: edges.length }, (_, i) => `${edges.from(i)} ${edges.to(i)}`))
  const former = [...drawFormer(500, edges, 7)]
  expect(former.length / edges.length).toBeGreaterThan(0.04)
  expect(former.length / edges.length).toBeLessThan(0.08)
  const places = former.map(({ from, to }) => from * 500 + to)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(new Set(places).size).toBe(places.length)
  for (const { from, to } of former) {
    expect(present.has(`${from} ${to}`)).toBe(false)
    expect(from).not.toBe(to)
  }
  expect([...drawFormer(500, edges, 7)]).toEqual(former)
  expect([...drawFormer(500, edges, 8)]).not.toEqual(former)
})
