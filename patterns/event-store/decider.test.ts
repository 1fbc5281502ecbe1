import { expect, test } from 'vitest'
import type { Decider } from './decider.ts'
import { given } from './testing/given.ts'

type Event = { type: 'Opened' } | { type: 'Closed'; at: number }

/** A door that opens once a second at most. */
const door: Decider<{ open: boolean; closedAt: number }, 'open' | 'close', Event, 'too early'> = {
  initial: { open: false, closedAt: -Infinity },
  evolve: (state, event) =>
    event.type === 'Opened' ? { ...state, open: true } : { open: false, closedAt: event.at },
  decide({ open, closedAt }, command, now) {
    if (command === 'close') return open ? [{ type: 'Closed', at: now.getTime() }] : []
    if (now.getTime() < closedAt + 1_000) return 'too early'
    return open ? [] : [{ type: 'Opened' }]
  },
}
const opened: Event = { type: 'Opened' }
const closed: Event = { type: 'Closed', at: 500 }

test('a decider is specified by what happened, a command and what follows', () => {
  expect(given(door).when('open')).toEqual([opened])
  expect(given(door, opened).when('open')).toEqual([])
  expect(given(door, opened).when('close', new Date(500))).toEqual([closed])
  expect(given(door, opened, closed).when('open', new Date(1_500))).toEqual([opened])
  expect(given(door, opened, closed).when('open', new Date(1_499))).toBe('too early')
})
