import { expect, test } from 'vitest'
import { readUsageExport } from './usage-export.ts'

const EXPORT = {
  version: 1,
  from: '2026-10-31T00:00:00.000Z',
  to: '2026-11-30T12:00:00.000Z',
  operations: [
    {
      signature: 'a1',
      name: 'Bio',
      document: 'query Bio { viewer { bio } }',
      coordinates: ['Query.viewer', 'User.bio'],
      clients: [{ name: 'ios', version: null, count: 3, lastUsed: '2026-11-30T11:59:59.000Z' }],
    },
  ],
}

test('an export is read', () => {
  expect(readUsageExport(JSON.stringify(EXPORT), 'usage.json')).toEqual(EXPORT)
})

test.each([
  ['{', [/^usage\.json is not valid JSON: /]],
  ['[]', [/^usage\.json: \(top\): /]],
  [
    JSON.stringify({ ...EXPORT, version: 2, from: 'yesterday' }),
    [
      /^usage\.json: version: expected 1: use the export of the same version/,
      /^usage\.json: from: expected a time such as /,
    ],
  ],
])('%j is refused with one line for each fault', (json, lines) => {
  expect(readUsageExport(json, 'usage.json')).toEqual({
    faults: lines.map((line) => expect.stringMatching(line) as string),
  })
})
