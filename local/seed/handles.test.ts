import { expect, test } from 'vitest'
import { generatedNames, labelledNames } from './handles.ts'
import { FIRST_NAMES, LAST_NAMES } from './names.ts'
import { NAMED_USERS } from './named-users.ts'

const HANDLE = /^[a-z][a-z0-9_]{2,29}$/

test('generated handles are unique and well formed, even when all names are used', () => {
  const users = 3 * FIRST_NAMES.length * LAST_NAMES.length
  const { handle } = generatedNames(42)
  const handles = Array.from({ length: users }, (_, user) => handle(user))
  expect(handles.filter((text) => !HANDLE.test(text))).toEqual([])
  expect(new Set(handles).size).toBe(users)
})

test('the first users are the named ones', () => {
  const { handle } = generatedNames(7)
  expect(NAMED_USERS.map((_, user) => handle(user))).toEqual(['alice', 'bob', 'carol', 'dan', 'celeste'])
})

test('a handle contains the name in plain letters', () => {
  const { handle, name } = generatedNames(42)
  const zoe = Array.from({ length: 5_000 }, (_, user) => user).find((user) => name(user).startsWith('Zoë'))
  expect(handle(zoe ?? 0)).toMatch(/^zoe_[a-z]+$/)
})

test('vertices of an edge list keep their labels where possible', () => {
  const labels = [107, 'Erin', 'erin', 'alice', 'x', 'user_107', 'kebab-case', '9'.repeat(30)]
  const { handle } = labelledNames(labels, 42)
  expect(labels.map((_, i) => handle(i + 5))).toEqual([
    'user_107',
    'erin',
    'user_x7',
    'user_x8',
    'user_x9',
    'user_x10',
    'user_x11',
    'user_x12',
  ])
})
