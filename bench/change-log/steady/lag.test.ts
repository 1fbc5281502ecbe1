import { expect, test } from 'vitest'
import { lagMeter } from './lag.ts'

test('the lag includes events that are published late and events that are still waiting', () => {
  let now = 0
  const meter = lagMeter(() => now)
  meter.written(10)
  now = 4
  meter.published(10)
  expect(meter.endSecond()).toEqual({ published: 10, lagP50: 4, lagP99: 4 })
  meter.written(10)
  now = 1_004
  meter.published(9)
  expect(meter.endSecond()).toEqual({ published: 9, lagP50: 1_000, lagP99: 1_000 })
  now = 1_104
  meter.published(1)
  expect(meter.endSecond()).toEqual({ published: 1, lagP50: 1_100, lagP99: 1_100 })
  expect(meter.endSecond()).toEqual({ published: 0, lagP50: 0, lagP99: 0 })
})
