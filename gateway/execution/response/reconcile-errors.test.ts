import { expect, test } from 'vitest'
import { countCalls } from '../../../platform/testing/count-calls.ts'
import { reconcileErrors } from './reconcile-errors.ts'

type Path = (string | number)[]
const named = (message: string) => (path: Path) => ({ message, path })
const reported = named('reported')
const found = named('found')

/** The paths of the remaining errors. Errors that were found while the response was written are marked. */
function left(errors: readonly Path[], faults: readonly Path[], nulled: readonly Path[]): unknown[] {
  const all = reconcileErrors(errors.map(reported), {
    errors: faults.map(found),
    nulled: [...nulled] as Path[],
  })
  return all.map(({ message, path }) => (message === 'found' ? { found: path } : path))
}

test('a fault is not reported if a subgraph error above or below it explains it', () => {
  expect(left([['a', 'b']], [['a', 'b']], [])).toEqual([['a', 'b']])
  expect(left([['a']], [['a', 0, 'b']], [])).toEqual([['a']])
  expect(left([['a', 'b', 'c']], [['a', 'b']], [])).toEqual([['a', 'b', 'c']])
})

test('a fault without a subgraph error is reported with a code', () => {
  expect(left([['a', 0]], [['a', 1]], [])).toEqual([['a', 0], { found: ['a', 1] }])
  const [fault] = reconcileErrors([], { errors: [found(['a'])], nulled: [] })
  expect(fault).toEqual({ message: 'found', path: ['a'], extensions: { code: 'INVALID_GRAPHQL' } })
})

test('an error below a path that is null for another reason is dropped', () => {
  expect(left([['a', 'x']], [['a', 'y']], [['a']])).toEqual([{ found: ['a', 'y'] }])
  expect(left([['a', 'x', 'z']], [['a', 'x']], [['a']])).toEqual([['a', 'x', 'z']])
  expect(left([['a', 'x']], [['a', 'x', 0]], [['a']])).toEqual([['a', 'x']])
})

test('the innermost null decides, and an error at the null itself is kept', () => {
  expect(left([['a', 'b', 'x']], [['a', 'b', 'y']], [['a', 'b'], ['a']])).toEqual([
    { found: ['a', 'b', 'y'] },
  ])
  expect(left([['a']], [['a', 'y']], [['a']])).toEqual([['a']])
})

test('an error without a path is always kept', () => {
  const errors = [{ message: 'all' }]
  expect(reconcileErrors(errors, { errors: [], nulled: [[]] })).toEqual(errors)
})

test('10,000 errors and faults are handled in linear time', () => {
  const callsFor = (count: number) => {
    const rows = Array.from({ length: count }, (_, i) => i)
    const paths = rows.map((i): Path => ['a', i, 'b'])
    const above = rows.map((i): Path => ['a', i])
    const counted = countCalls()
    const [both, faults] = [left(paths, paths, above), left([], paths, [])]
    const calls = counted()
    expect(both).toEqual(paths)
    expect(faults).toHaveLength(count)
    return calls
  }
  expect(callsFor(10_000)).toBeLessThan(11 * callsFor(1_000))
})
