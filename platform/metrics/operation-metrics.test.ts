import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { DurationHistogram } from './duration-histogram.ts'
import { ErrorCodes } from './error-codes.ts'
import { OperationMetrics } from './operation-metrics.ts'
import { registerSampled } from './sampled.ts'

function textOf(metrics: OperationMetrics): Promise<string> {
  const registry = new Registry()
  registerSampled(registry, {
    name: 'r_total',
    help: 'r',
    type: 'counter',
    samples: () => metrics.requests(),
  })
  registerSampled(registry, {
    name: 'd_seconds',
    help: 'd',
    type: 'histogram',
    samples: () => metrics.durations('d_seconds'),
  })
  return registry.metrics()
}

test('requests are counted by operation and outcome', async () => {
  const metrics = new OperationMetrics()
  for (const ms of [1, 2, 300]) metrics.record({ type: 'query', name: 'Feed' }, 'success', ms)
  metrics.record({ type: 'query', name: 'Feed' }, 'errors', 20_000)
  metrics.record({ type: 'mutation', name: null }, 'failure', 1)
  metrics.record({ type: null, name: 'Forged' }, 'refused', 1)
  const text = await textOf(metrics)
  expect(text).toContain('# TYPE d_seconds histogram')
  expect(text).toContain('r_total{operation_type="query",operation="Feed",outcome="success"} 3')
  expect(text).toContain('r_total{operation_type="query",operation="Feed",outcome="errors"} 1')
  expect(text).toContain('r_total{operation_type="query",operation="Feed",outcome="failure"} 0')
  expect(text).toContain('r_total{operation_type="mutation",operation="anonymous",outcome="failure"} 1')
  expect(text).toContain('r_total{operation_type="unknown",operation="unknown",outcome="refused"} 1')
  const feed = 'operation_type="query",operation="Feed"'
  expect(text).toContain(`d_seconds_bucket{${feed},le="0.001"} 1`)
  expect(text).toContain(`d_seconds_bucket{${feed},le="0.0025"} 2`)
  expect(text).toContain(`d_seconds_bucket{${feed},le="0.25"} 2`)
  expect(text).toContain(`d_seconds_bucket{${feed},le="0.5"} 3`)
  expect(text).toContain(`d_seconds_bucket{${feed},le="10"} 3`)
  expect(text).toContain(`d_seconds_bucket{${feed},le="+Inf"} 4`)
  expect(text).toContain(`d_seconds_sum{${feed}} 20.303`)
  expect(text).toContain(`d_seconds_count{${feed}} 4`)
})

test('10,000 names create at most 200 series, and the rest are counted as other', async () => {
  const metrics = new OperationMetrics()
  for (let i = 0; i < 10_000; i++) {
    metrics.record({ type: i % 2 === 0 ? 'query' : 'mutation', name: `Op${i}` }, 'success', 1)
  }
  metrics.record({ type: 'query', name: 'Op0' }, 'success', 1)
  metrics.record({ type: 'query', name: 'x'.repeat(1_000_000) }, 'success', 1)
  metrics.record({ type: 'query', name: null }, 'success', 1)
  const text = await textOf(metrics)
  const counted = [...text.matchAll(/^r_total\{.*operation="(\w+)",outcome="success"\} (\d+)$/gm)]
  // 200 names, `other` of two types, `anonymous`.
  expect(counted).toHaveLength(203)
  expect(counted.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(10_003)
  expect(text).toContain('r_total{operation_type="query",operation="Op0",outcome="success"} 2')
  expect(text).toContain('r_total{operation_type="query",operation="other",outcome="success"} 4901')
  expect(text.length).toBeLessThan(1_000_000)
})

test('a name that is too long is not used as a label', async () => {
  const metrics = new OperationMetrics()
  metrics.record({ type: 'query', name: 'x'.repeat(101) }, 'success', 1)
  expect(await textOf(metrics)).toContain('operation="other",outcome="success"} 1')
})

test('without names there is one series for each type', async () => {
  const metrics = new OperationMetrics(0)
  metrics.record({ type: 'query', name: 'A' }, 'success', 1)
  metrics.record({ type: 'query', name: 'B' }, 'success', 1)
  expect(await textOf(metrics)).toContain('r_total{operation_type="query",outcome="success"} 2')
})

test('a duration equal to a bound is in the bucket of that bound', () => {
  const histogram = new DurationHistogram()
  histogram.observe(5)
  const at = Object.fromEntries(
    [...histogram.samples('d', {})].map(({ labels, value }) => [labels['le'], value]),
  )
  expect([at['0.0025'], at['0.005'], at['+Inf']]).toEqual([0, 1, 1])
})

test('only documented codes are labels', () => {
  const codes = new ErrorCodes()
  for (const code of ['NOT_FOUND', 'NOT_FOUND', 'HANDLE_TAKEN', 'SOMETHING_ELSE', undefined]) codes.add(code)
  const counts = Object.fromEntries([...codes.samples()].map(({ labels, value }) => [labels['code'], value]))
  expect(counts).toMatchObject({ NOT_FOUND: 2, other: 3, INTERNAL_SERVER_ERROR: 0 })
  expect(counts).not.toHaveProperty('SOMETHING_ELSE')
})
