import { expect, test } from 'vitest'
import { parseChangeOptions } from '../changes/options.ts'
import { parseLintOptions } from '../lint/options.ts'
import { OWN_CHANGES, OWN_LINT } from './own-options.ts'

test('the options of this repository are valid', () => {
  expect(parseLintOptions(OWN_LINT)).toEqual({ ok: true, value: OWN_LINT })
  expect(parseChangeOptions(OWN_CHANGES)).toEqual({ ok: true, value: OWN_CHANGES })
})
