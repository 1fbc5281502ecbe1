import { expect, test } from 'vitest'
import { facets } from '../../../contracts/facets.ts'
import { formatId } from '../../../contracts/ids.ts'
import { targetsAmong, targetsOf } from './targets.ts'

const USER = formatId('user', '01932b2e-0000-7000-8000-00000000a11c')

test('a facet is dropped in the database that owns it, and an id in all that know it', () => {
  expect(targetsOf([facets.user(USER), facets.handle('alice')])).toEqual(
    new Map([['users', [facets.user(USER), facets.handle('alice')]]]),
  )
  expect(targetsOf([USER, USER])).toEqual(
    new Map([
      ['users', [facets.user(USER), facets.followRequests(USER)]],
      ['posts', [facets.author(USER), facets.likes(USER)]],
      ['followers', [facets.relations(USER)]],
    ]),
  )
})

test('a database is dropped as a whole, whatever else is named', () => {
  const texts = [facets.user(USER), 'users', facets.handle('alice')]
  expect(targetsOf(texts)).toEqual(new Map([['users', 'whole']]))
})

test('a facet of a service with several databases is dropped in each', () => {
  const known = ['users/0', 'users/1', 'posts']
  const ownerOf = (name: string) => name.split('/')[0] ?? ''
  const facet = facets.user(USER)
  expect(targetsAmong(known, ownerOf, [facet, 'users/1'])).toEqual(
    new Map<string, unknown>([
      ['users/0', [facet]],
      ['users/1', 'whole'],
    ]),
  )
})

test.each([
  [
    'alice',
    '"alice" is not a facet such as users:User:user_…, an id, or a database: users, posts, followers.',
  ],
  ['users:person:1', '"users:person:1" is not a facet. Facets are users:User:user_…, '],
  ['users:User:1', '"users:User:1": expected the id of a user after users:User:'],
])('%j is refused', (text, message) => {
  expect(() => targetsOf(['posts', text])).toThrow(message)
})
