import { expect, test } from 'vitest'
import { readConfig } from '../config/read-config.ts'
import { parseRedisUrl } from './address.ts'

const plain = { port: 6379, username: undefined, password: undefined, database: 0, tls: false }

test.for([
  ['redis://localhost', { ...plain, host: 'localhost' }],
  ['redis://localhost/', { ...plain, host: 'localhost' }],
  ['REDIS://h:1/15', { ...plain, host: 'h', port: 1, database: 15 }],
  ['redis://[::1]:7000', { ...plain, host: '::1', port: 7000 }],
  ['rediss://h', { ...plain, host: 'h', tls: true }],
  ['redis://:p%40ss%3A%2F@h', { ...plain, host: 'h', password: 'p@ss:/' }],
  ['redis://reader:secret@h', { ...plain, host: 'h', username: 'reader', password: 'secret' }],
] as const)('%s is valid', ([url, address]) => {
  expect(parseRedisUrl(url)).toEqual(address)
})

test.for([
  ['unix:///run/redis.sock', /redis:\/\/ or rediss:\/\//],
  ['/run/redis.sock', /redis:\/\/ or rediss:\/\//],
  ['localhost:6379', /redis:\/\/ or rediss:\/\//],
  ['redis:localhost', /redis:\/\/ or rediss:\/\//],
  ['http://localhost', /redis:\/\/ or rediss:\/\//],
  ['redis://:pa/ss@h', /percent-encoded/],
  ['redis://', /expected a host/],
  ['redis:///3', /expected a host/],
  ['redis://h/cache', /number of a database/],
  ['redis://h/-1', /number of a database/],
  ['redis://h/0/1', /number of a database/],
  ['redis://h/1e3', /number of a database/],
  ['redis://h?db=3', /neither \? nor #/],
  ['redis://h/3?tls=true', /neither \? nor #/],
  ['redis://h#3', /neither \? nor #/],
  ['redis://:100%zz@h', /%25/],
] as const)('%s is rejected', ([url, why]) => {
  expect(parseRedisUrl(url)).toMatch(why)
})

test('a service with an invalid REDIS_URL does not start, and the password is not printed', () => {
  const start = () => readConfig(['REDIS_URL'], { REDIS_URL: 'redis://:hush@h/cache' })
  expect(start).toThrow('REDIS_URL="redis://:***@h/cache": expected the number of a database')
})
