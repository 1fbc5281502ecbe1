import { expect, test } from 'vitest'
import { forDatabases, forServices } from '../../contracts/topology.ts'
import { databasesAreGiven } from './databases.ts'
import { environmentOf } from './environment.ts'

const shared = {
  inherited: {
    PATH: '/bin',
    JWKS_URL: 'https://id.example/jwks',
    PORT: '1',
    DATA_DIR: '/d',
    DATABASE_URL_POSTS: 'postgres://elsewhere/posts',
    SUBGRAPH_URL_USERS: 'http://elsewhere',
  },
  databaseUrls: forDatabases((database) => `postgres://${database}`),
  internalSecret: 's'.repeat(32),
  subgraphUrls: forServices((service) => `http://${service}/graphql`),
}

test('a service gets the URL of its own database only', () => {
  expect(environmentOf('users', '127.0.0.1', 4001, shared)).toEqual({
    PATH: '/bin',
    JWKS_URL: 'https://id.example/jwks',
    HOST: '127.0.0.1',
    PORT: '4001',
    INTERNAL_SECRET: shared.internalSecret,
    DATABASE_URL_USERS: 'postgres://users',
    SUBGRAPH_URL_FOLLOWERS: 'http://followers/graphql',
  })
})

test('a service that follows another log gets the address of its owner', () => {
  const env = environmentOf('posts', '127.0.0.1', 4002, shared)
  expect(env).toMatchObject({
    DATABASE_URL_POSTS: 'postgres://posts',
    SUBGRAPH_URL_USERS: 'http://users/graphql',
  })
  expect(Object.keys(env).filter((name) => name.startsWith('SUBGRAPH_URL_'))).toEqual([
    'SUBGRAPH_URL_USERS',
    'SUBGRAPH_URL_FOLLOWERS',
  ])
})

test('the gateway gets the subgraph URLs and no database', () => {
  expect(environmentOf('gateway', '0.0.0.0', 4000, shared)).toEqual({
    PATH: '/bin',
    JWKS_URL: 'https://id.example/jwks',
    HOST: '0.0.0.0',
    PORT: '4000',
    INTERNAL_SECRET: shared.internalSecret,
    SUBGRAPH_URL_USERS: 'http://users/graphql',
    SUBGRAPH_URL_POSTS: 'http://posts/graphql',
    SUBGRAPH_URL_FOLLOWERS: 'http://followers/graphql',
  })
})

test('database URLs must be given for all databases or for none', () => {
  const all = { DATABASE_URL_USERS: 'u', DATABASE_URL_POSTS: 'p', DATABASE_URL_FOLLOWERS: 'f' }
  expect(databasesAreGiven(all)).toBe(true)
  expect(databasesAreGiven({ DATABASE_URL_USERS: '' })).toBe(false)
  expect(() => databasesAreGiven({ ...all, DATABASE_URL_POSTS: '' })).toThrow(
    'DATABASE_URL_POSTS is missing, while DATABASE_URL_USERS and DATABASE_URL_FOLLOWERS are given.',
  )
})
