import { expect, test } from 'vitest'
import { chartOf } from './chart.ts'
import type { ContenderName } from './contender.ts'
import { summarise } from './results.ts'
import { tableOf } from './table.ts'
import type { Window } from './window.ts'

const windowOf = (server: number, database: number): Window => ({
  pages: 100,
  servers: { web: server },
  database,
  cpu: server + database,
  rps: 1_000 / server,
  p50: server,
  p99: 2 * server,
})

const measured = new Map<ContenderName, { windows: Window[]; sqlPerPage: number }>([
  ['tessera', { windows: [windowOf(1, 0.5), windowOf(2, 1), windowOf(9, 0.5)], sqlPerPage: 1.2345 }],
  ['naive', { windows: [windowOf(5, 1), windowOf(9, 3), windowOf(10, 9)], sqlPerPage: 6 }],
])

test('figures are medians with their spread, and ratios compare windows of the same round', () => {
  expect(summarise(measured).tessera).toEqual({
    cpuMsPerPage: 3,
    serversMs: 2,
    databaseMs: 0.5,
    parts: { web: 2 },
    rps: 500,
    p50: 2,
    p99: 4,
    sqlPerPage: 1.23,
    ratioToNaive: 0.25,
    ratioToPostgraphile: null,
    spread: {
      cpuMsPerPage: [1.5, 9.5],
      serversMs: [1, 9],
      databaseMs: [0.5, 1],
      rps: [111, 1_000],
      p50: [1, 9],
      p99: [2, 18],
    },
  })
})

test('the table and the chart show every contender with its figure', () => {
  const results = summarise(measured)
  for (const text of [tableOf(results), chartOf(results)]) {
    expect(text).toContain('tessera')
    expect(text).toContain('naive')
    expect(text).not.toContain('NaN')
  }
  expect(tableOf(results)).toContain('| tessera | **3** [1.5–9.5] | 2 / 0.5 | 0.25 |  |')
  expect(chartOf(results)).toContain('>3 ms<')
})
