import { expect, test } from 'vitest'
import { blankOf } from './display-width.ts'

test.each([
  ['  "a" b', '       '],
  ['\t é', '\t  '],
  ['e\u0301', ' '],
  ['日本語 한', '         '],
  ['👍🏽', '  '],
  ['👩‍👩‍👧', '  '],
  ['𝒳', ' '],
  ['\u200Ba', ' '],
])('%j is as wide as %j', (text, blank) => {
  expect(blankOf(text)).toBe(blank)
})
