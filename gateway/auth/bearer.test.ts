import { expect, test } from 'vitest'
import { readBearer } from './bearer.ts'

test.each(['Bearer abc', 'bearer abc', 'BEARER   abc  ', 'Bearer a.b-c_d~e+f/g=='])(
  '%s has a token',
  (header) => {
    expect(readBearer(header)).toBe(header.trim().split(/ +/)[1])
  },
)

test.each([
  [
    'Bearer undefined',
    /contains "undefined" instead of an access token: .* was empty.* leave the header out/,
  ],
  ['Bearer null', /contains "null"/],
  ['Bearer NaN', /contains "NaN"/],
  ['Bearer [object Object]', /contains "\[object" instead/],
  ['Bearer', /scheme Bearer and no token.*leave the header out/],
  ['Bearer   ', /scheme Bearer and no token/],
  ['Bearer "abc"', /in quotes or brackets\. Send it without them/],
  ["Bearer 'abc'", /in quotes/],
  ['Bearer <abc>', /in quotes or brackets/],
  ['"Bearer abc"', /does not begin with the scheme Bearer/],
  ['Bearer a b', /more than one word after Bearer/],
  ['Bearer Bearer abc', /more than one word after Bearer/],
  ['Bearer a, Bearer b', /more than one word/],
  ['Bearer\tabc', /more than one word/],
  ['Basic YWxpY2U6eA==', /has the scheme Basic, and only Bearer is accepted/],
  ['undefined', /does not begin with the scheme Bearer/],
])('%s: the error says what is wrong and what to send', (header, message) => {
  expect(readBearer(header)).toEqual({ fault: expect.stringMatching(message) as string })
})

test.each([
  'eyJhbGciOiJFZERTQSJ9.e30.c2ln',
  'eyJhbGciOiJFZERTQSJ9.e30.c2ln x',
  'Bearer "s3cret"',
  'Basic s3cret',
  'Bearer s3cret s3cret',
])('possible credentials are not repeated in the error: %s', (header) => {
  expect(JSON.stringify(readBearer(header))).not.toMatch(/eyJ|s3cret/)
})
