import { expect, test } from 'vitest'
import { clientText, parseClient } from './client.ts'

const [NAME, VERSION] = ['apollographql-client-name', 'apollographql-client-version']

test.each([
  [{}, { name: null, version: null }],
  [{ [NAME]: 'ios' }, { name: 'ios', version: null }],
  [
    { [NAME]: '', [VERSION]: '1.2.3' },
    { name: null, version: '1.2.3' },
  ],
  [
    { [NAME]: 'ï"\u0000\n', [VERSION]: 'v'.repeat(10_000) },
    { name: '?"??', version: 'v'.repeat(64) },
  ],
])('the client of %j', (headers, client) => {
  for (let i = 0; i < 2; i++) expect(parseClient(clientText(headers))).toEqual(client)
})

test('a name cannot be mistaken for a version', () => {
  expect(clientText({ [NAME]: 'a\nb' })).not.toBe(clientText({ [NAME]: 'a', [VERSION]: 'b' }))
  expect(clientText({ [NAME]: 'undefined', [VERSION]: '1' })).not.toBe(clientText({ [VERSION]: '1' }))
})
