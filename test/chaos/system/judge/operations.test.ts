import { expect, test } from 'vitest'
import type { Entry, Outcome } from '../ledger.ts'
import type { Evidence } from './evidence.ts'
import { committedFaults, operationsOf, taleOf } from './operations.ts'

const NOTHING: Evidence = {
  epoch: 1,
  log: [],
  committed: new Map(),
  effects: [],
  parked: [],
  seen: [],
  broken: null,
}

const evidenceOf = (...keys: string[]) => ({
  users: { ...NOTHING, committed: new Map(keys.map((key) => [key, { before: key.startsWith('old') }])) },
  posts: NOTHING,
  followers: NOTHING,
})

const ABOUT = { kind: 'renameHandle', database: 'users', viewer: 'alice', thing: 'alice', input: {} } as const
const invoked = (id: string, sure = true): Entry => ({
  at: 'invoked',
  id,
  idempotencyKey: id,
  sure,
  ...ABOUT,
})
const ended = (id: string, outcome: Outcome): Entry => ({ at: 'ended', id, outcome, detail: 'so it was' })
const one = (id: string, outcome: Outcome) => [invoked(id), ended(id, outcome)]
const step = (at: 'backup' | 'restore', phase: 'begun' | 'done'): Entry => {
  return { at, phase, database: 'users', backup: 'the backup', time: 0 }
}

test('an operation that is acknowledged but not committed, or failed but committed, is a fault', () => {
  const tale = taleOf([...one('a', 'ok'), ...one('b', 'failed'), ...one('c', 'ok'), ...one('d', 'failed')])
  expect(committedFaults(tale, evidenceOf('c', 'd'))).toEqual([
    'renameHandle a was acknowledged, and users does not have it',
    'renameHandle d has failed (so it was), and users has it',
  ])
})

test('an operation with an unknown outcome, or without an end in the ledger, can be committed or not', () => {
  const tale = taleOf([...one('a', 'unknown'), invoked('b'), ...one('c', 'unknown')])
  expect(committedFaults(tale, evidenceOf('a'))).toEqual([])
})

test('a restore undoes only operations that were acknowledged after its backup', () => {
  const tale = taleOf([
    ...one('before', 'ok'),
    step('backup', 'begun'),
    ...one('during the backup', 'ok'),
    step('backup', 'done'),
    ...one('after', 'ok'),
    invoked('across'),
    step('restore', 'begun'),
    ...one('during the restore', 'ok'),
    step('restore', 'done'),
    ended('across', 'ok'),
    ...one('later', 'ok'),
  ])
  expect(committedFaults(tale, evidenceOf())).toEqual([
    'renameHandle before was acknowledged, and users does not have it',
    'renameHandle later was acknowledged, and users does not have it',
  ])
})

test('the log must contain every operation that is committed in its epoch and has an effect', () => {
  const tale = taleOf([
    ...one('a', 'ok'),
    ...one('b', 'unknown'),
    ...one('c', 'unknown'),
    ...one('old', 'ok'),
    invoked('unsure', false),
    ended('unsure', 'ok'),
  ])
  const operations = operationsOf(tale, 'users', evidenceOf('a', 'b', 'old', 'unsure').users)
  expect(operations.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['a', 'ok'],
    ['b', 'ok'],
    ['c', 'failed'],
    ['old', 'unknown'],
    ['unsure', 'unknown'],
  ])
})
