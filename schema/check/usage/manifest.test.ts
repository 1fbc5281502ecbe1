import { createHash } from 'node:crypto'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { entriesOfManifest } from './operation-files.ts'
import { manifestOf } from './manifest.ts'

const operation = (name: string, text: string) => ({
  name,
  file: 'a',
  line: 1,
  document: parse(text),
  owner: null,
})

test('a manifest has the operations by name; the id is the hash of the body, whose fragments are sorted', () => {
  const text = manifestOf([
    operation('B', 'fragment Z on Q { a } mutation B { ...Z ...Y } fragment Y on Q { a }'),
    operation('A', '{ a }'),
  ])
  const body = 'mutation B {\n  ...Z\n  ...Y\n}\n\nfragment Y on Q {\n  a\n}\n\nfragment Z on Q {\n  a\n}'
  const id = createHash('sha256').update(body).digest('hex')
  expect(JSON.parse(text)).toMatchObject({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [
      { name: 'A', type: 'query', body: '{\n  a\n}' },
      { id, name: 'B', type: 'mutation', body },
    ],
  })
  expect(entriesOfManifest(text, 'manifest.json').faults).toEqual([])
})
