import { expect, test } from 'vitest'
import { parseLintOptions } from './options.ts'

test('without a value, the defaults', () => {
  expect(parseLintOptions(undefined)).toEqual({ ok: true, value: { rules: {}, exceptions: [], owners: {} } })
})

test('reads levels, exceptions and owners', () => {
  const exception = { rule: 'lint/naming', coordinate: 'A.b_c', until: '2027-01-31', reason: 'Old clients.' }
  const value = {
    rules: { '*': 'warn', 'lint/naming': 'error' },
    exceptions: [exception],
    owners: { User: 'users' },
  }
  expect(parseLintOptions(value)).toEqual({ ok: true, value })
})

test('reports all faults at once, each with its path', () => {
  const parsed = parseLintOptions({
    rules: { 'lint/nothing': 'error', 'lint/naming': 'fatal' },
    exceptions: [{ rule: 'lint/gone', coordinate: '', until: '2027-02-30' }],
    levels: {},
  })
  expect(
    parsed.ok ? [] : parsed.faults.map(({ path, message }) => `${path.join('.')}: ${message.slice(0, 30)}`),
  ).toEqual([
    'rules.lint/naming: expected off, warn or error',
    'rules: unknown: lint/nothing; the rul',
    expect.stringMatching(/^exceptions\.0\.rule: expected one of/),
    'exceptions.0.coordinate: expected a text',
    'exceptions.0.until: expected a date, YYYY-MM-DD',
    'exceptions.0.reason: expected a text',
    ': unknown: levels',
  ])
})
