import { expect, test } from 'vitest'
import type { GatewayDay } from '../../gateway/usage/usage-store.ts'
import { coveredWindow } from './covered-window.ts'

const at = (time: string) => Date.parse(`2026-11-${time}Z`)
const ASKED = { from: at('01T00:00:00'), to: at('30T23:59:59') }

function day(gateway: string, from: string, to: string, more: Partial<GatewayDay> = {}): GatewayDay {
  return {
    gateway,
    from: at(from),
    to: at(to),
    state: 'recording',
    lost: 0,
    lostFrom: 0,
    lostTo: 0,
    ...more,
  }
}

/** The window, and the reasons of gaps. */
function windowOf(...days: GatewayDay[]) {
  const window = coveredWindow([days], ASKED)
  if (!window) return null
  const text = (ms: number) => new Date(ms).toISOString().slice(8, 19)
  return [text(window.from), text(window.to), ...window.gaps.map(({ reason }) => reason)]
}

const stopped = { state: 'stopped' } as const

test('nothing was recorded', () => {
  expect(windowOf()).toBeNull()
  expect(windowOf(day('a', '02T00:00:00', '03T00:00:00', { state: 'off' }))).toBeNull()
})

test('days of one gateway, and a restart, are one window', () => {
  expect(
    windowOf(
      day('a', '02T10:00:00', '03T00:00:02'),
      day('a', '03T00:00:02', '03T12:00:00', stopped),
      day('b', '03T12:00:20', '03T15:00:00'),
    ),
  ).toEqual(['02T10:00:00', '03T15:00:00'])
})

test('a short pause is listed, and a long one ends the window', () => {
  expect(
    windowOf(
      day('a', '02T10:00:00', '02T12:00:00', stopped),
      day('b', '02T14:00:00', '02T16:00:00', stopped),
      day('c', '02T16:30:00', '02T18:00:00', stopped),
    ),
  ).toEqual(['02T14:00:00', '02T18:00:00', 'No gateway recorded.', 'No gateway recorded.'])
})

test('a gateway with the recording off, and lost requests, end the window', () => {
  const covering = day('a', '02T00:00:00', '04T00:00:00')
  const off = day('b', '02T10:00:00', '02T11:00:00', { state: 'off' })
  const lossy = { lost: 3, lostFrom: at('03T10:00:00'), lostTo: at('03T10:00:05') }
  expect(windowOf(covering, off)).toEqual([
    '02T11:00:00',
    '04T00:00:00',
    'Gateway b served requests without recording them.',
  ])
  expect(windowOf({ ...covering, ...lossy })).toEqual([
    '03T10:00:05',
    '04T00:00:00',
    '3 requests to gateway a could not be recorded.',
  ])
})

test('a gateway that was killed is listed, unless it has only not written yet', () => {
  const covering = day('a', '02T00:00:00', '04T00:00:00')
  expect(windowOf(covering, day('b', '02T00:00:00', '03T23:59:50'))).toEqual(['02T00:00:00', '04T00:00:00'])
  expect(windowOf(covering, day('b', '02T00:00:00', '03T10:00:00'))).toEqual([
    '02T00:00:00',
    '04T00:00:00',
    'Gateway b ended without writing the rest.',
  ])
})

test('the window is within the days that were asked for', () => {
  const long = day('a', '01T00:00:00', '04T00:00:00')
  expect(coveredWindow([[long]], { from: at('02T00:00:00'), to: at('03T00:00:00') })).toEqual({
    from: at('02T00:00:00'),
    to: at('03T00:00:00'),
    gaps: [],
  })
})
