import { expect, test } from 'vitest'
import { check, CHECKERS, type CheckerName } from './check.ts'
import type { History, LoggedRecord } from './history.ts'

/** Parses a log from text such as `a1 a2 | b1`. The letter is the key, the number is the turn, and `|` is a control record. */
function logOf(text: string, from = 1, epoch = 7): LoggedRecord[] {
  return text.split(' ').map((word, i) => ({
    epoch,
    offset: from + i,
    event:
      word === '|' ? null : { operation: word, key: word.slice(0, 1), turn: Number(word.slice(1)) || null },
  }))
}

const seenBy = (reader: string, records: LoggedRecord[]) => records.map((record) => ({ ...record, reader }))
const at = (offset: number) => ({ epoch: 7, offset })
const effect = (operation: string, offset: number) => ({
  operation,
  key: operation.slice(0, 1),
  at: at(offset),
})

const LOG = logOf('a1 b1 | a2 |')

/** A correct history: three writes, a failed one and one with an unknown outcome. */
const GOOD: History = {
  operations: [
    { id: 'a1', key: 'a', outcome: 'ok' },
    { id: 'b1', key: 'b', outcome: 'unknown' },
    { id: 'a2', key: 'a', outcome: 'ok' },
    { id: 'c1', key: 'c', outcome: 'failed' },
    { id: 'c2', key: 'c', outcome: 'unknown' },
  ],
  // The consumer was killed after the third record, and another continued from the second.
  seen: seenBy('consumer', [...LOG.slice(0, 3), ...LOG.slice(1)]),
  log: LOG,
  effects: [effect('a1', 1), effect('b1', 2), effect('a2', 4)],
  parked: [],
  reads: [{ written: ['a1'], saw: ['a1', 'b1'] }],
  owner: new Map([['a', '2']]),
  copy: new Map([['a', '2']]),
}

const names = Object.keys(CHECKERS) as CheckerName[]

test('nothing is found in a correct history', () => {
  expect(check(GOOD)).toEqual(names.map((checker) => ({ checker, faults: [] })))
})

test('events that were applied before an export, or are parked, are not faults', () => {
  const parked = { ...GOOD, effects: [effect('b1', 2)], parked: [1, 4].map((o) => ({ key: 'a', ...at(o) })) }
  expect(check(parked).flatMap(({ faults }) => faults)).toEqual([])
  const exported = { ...GOOD, effects: GOOD.effects.map((one) => ({ ...one, at: null })) }
  expect(check(exported).flatMap(({ faults }) => faults)).toEqual([])
})

test('reads of an older epoch are checked only for their order and acknowledgements', () => {
  const old = seenBy('consumer', logOf('a1 x9 |', 1, 6))
  const found = check({ ...GOOD, seen: [...old, ...GOOD.seen] })
  expect(found.filter(({ faults }) => faults.length > 0)).toEqual([
    {
      checker: 'acknowledged never lost, failed never seen',
      faults: ['a1 is in the log 2 times: 6-1, 7-1'],
    },
  ])
})

test('a reader that went back, as after a rebuild, is checked for the order from there on', () => {
  const pass = logOf('a1 a2 |', 1)
  const order = (seen: History['seen']) =>
    check({ ...GOOD, seen }).find(({ checker }) => checker === 'order of each key')?.faults
  expect(order(seenBy('one', [...pass.slice(1), ...pass]))).toEqual([])
  expect(order(seenBy('one', [...logOf('b1', 8), ...logOf('a2 a1', 1)]))).toHaveLength(1)
})

const BAD: [checker: CheckerName, fault: string, Partial<History>][] = [
  [
    'acknowledged never lost, failed never seen',
    'a3 was acknowledged and never came into the log',
    { operations: [{ id: 'a3', key: 'a', outcome: 'ok' }] },
  ],
  [
    'acknowledged never lost, failed never seen',
    'b1 has failed and is in the log at 7-2',
    { operations: [{ id: 'b1', key: 'b', outcome: 'failed' }] },
  ],
  [
    'acknowledged never lost, failed never seen',
    'a1 is in the log 2 times: 7-1, 7-6',
    { log: [...LOG, ...logOf('a1', 6)] },
  ],
  [
    'offsets dense, one record each',
    'the log goes from 7-2 to 7-4',
    { log: LOG.filter(({ offset }) => offset !== 3) },
  ],
  [
    'offsets dense, one record each',
    '7-4 holds the event of x1, and the event of a2',
    { seen: seenBy('one', logOf('x1', 4)) },
  ],
  ['order of each key', 'a: change 1 comes after change 2, at 7-4', { log: logOf('a2 b1 | a1 |') }],
  [
    'order of each key',
    'a: change 1 comes after change 2, at 7-9',
    { seen: seenBy('one', [...logOf('a2', 8), ...logOf('a1', 9)]) },
  ],
  ['each effect exactly once', 'b1 was applied 2 times', { effects: [...GOOD.effects, effect('b1', 2)] }],
  [
    'each effect exactly once',
    'b1, at 7-2, was never applied',
    { effects: GOOD.effects.filter(({ key }) => key === 'a') },
  ],
  [
    'no parked key overtaken',
    'a: a1, at 7-1, was applied after 7-4',
    { effects: [effect('a2', 4), effect('a1', 1), effect('b1', 2)] },
  ],
  [
    'no parked key overtaken',
    'a: 7-1 is parked, and 7-4 was applied',
    { effects: [effect('a2', 4), effect('b1', 2)], parked: [{ key: 'a', ...at(1) }] },
  ],
  [
    'own writes are read',
    'a read under the token of a1, a2 did not show a2',
    { reads: [{ written: ['a1', 'a2'], saw: ['a1'] }] },
  ],
  [
    'nothing seen that is not durable',
    'the event of a3 was seen at 7-6, which holds nothing',
    { seen: seenBy('one', logOf('a3', 6)) },
  ],
  [
    'nothing seen that is not durable',
    'the event of x1 was seen at 7-3, which holds a control record',
    { seen: seenBy('one', logOf('x1', 3)) },
  ],
  ['the copy equals the owner', 'a: the owner has 2, the copy 1', { copy: new Map([['a', '1']]) }],
  [
    'the copy equals the owner',
    'b: the owner has nothing, the copy 1',
    { copy: new Map(GOOD.copy).set('b', '1') },
  ],
]

test.each(BAD)('%s: %s', (checker, fault, change) => {
  const found = check({ ...GOOD, ...change }).find((verdict) => verdict.checker === checker)
  expect(found?.faults).toEqual([fault])
})

test('every checker finds something in one of the cases', () => {
  expect(new Set(BAD.map(([checker]) => checker))).toEqual(new Set(names))
})
