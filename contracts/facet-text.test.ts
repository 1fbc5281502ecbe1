import { expect, test } from 'vitest'
import { facetsOfId, parseFacet } from './facet-text.ts'
import { facets } from './facets.ts'
import { formatId } from './ids.ts'

const UUID = '01932b2e-0000-7000-8000-00000000a11c'
const [USER, POST] = [formatId('user', UUID), formatId('post', UUID)]

test('each facet that services write is known, with the service that owns it', () => {
  const named: Partial<Record<keyof typeof facets, string>> = { handle: 'alice', post: POST }
  for (const [name, facetOf] of Object.entries(facets)) {
    const facet = facetOf(named[name as keyof typeof facets] ?? USER)
    expect(parseFacet(facet), facet).toEqual({ service: facet.split(':')[0] })
  }
})

test('the facets of an id are those of all services', () => {
  expect(facetsOfId(USER)).toEqual([
    facets.user(USER),
    facets.followRequests(USER),
    facets.author(USER),
    facets.likes(USER),
    facets.relations(USER),
  ])
  expect(facetsOfId(POST)).toEqual([facets.post(POST)])
  expect([facetsOfId('alice'), facetsOfId(formatId('session', UUID))]).toEqual([null, null])
})

test.each([
  ['', '"" is not a facet. Facets are users:User:user_…, users:handle:alice, users:Viewer:user_…, '],
  ['alice', '"alice" is not a facet. '],
  [`users:Post:${POST}`, 'is not a facet. '],
  [`people:User:${USER}`, 'is not a facet. '],
  ['toString:x:y', 'is not a facet. '],
  [
    `posts:Post:${USER}`,
    ': expected the id of a post after posts:Post:, which is post_ and 26 letters and digits.',
  ],
  [`users:User:${USER.slice(0, -1)}`, ': expected the id of a user after users:User:'],
  [`users:User:${USER} `, ': expected the id of a user after users:User:'],
  ['users:handle:Al', ': expected a handle after users:handle:, 3 to 30 characters of a-z 0-9 _'],
])('%j is rejected with the value and the remedy', (text, message) => {
  const parsed = parseFacet(text)
  expect('fault' in parsed && parsed.fault).toContain(message)
  expect('fault' in parsed && parsed.fault).toContain(JSON.stringify(text))
})
