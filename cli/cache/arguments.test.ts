import { expect, test } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { facets } from '../../contracts/facets.ts'
import { parseCacheArguments } from './arguments.ts'

const FACET = facets.user(formatId('user', '01932b2e-0000-7000-8000-00000000a11c'))

test.each([
  [['status'], { kind: 'status', urls: ['http://127.0.0.1:4000/graphql'], json: false }],
  [['inspect', FACET, '--json'], { kind: 'inspect', facet: FACET, service: 'users', json: true }],
  [
    ['drop', FACET, '--no-wait'],
    { kind: 'drop', targets: new Map([['users', [FACET]]]), wait: false, json: false },
  ],
  [
    ['audit', '--minutes', '5', '--url', 'http://a/graphql', '--url', 'http://b/graphql', '--seed', '7'],
    {
      kind: 'audit',
      minutes: 5,
      urls: ['http://a/graphql', 'http://b/graphql'],
      seed: 7,
      rate: 500,
      writes: 0,
      boundMs: 5_000,
      json: false,
    },
  ],
])('%j is accepted', (argv, command) => {
  expect(parseCacheArguments(argv)).toEqual(command)
})

test.each([
  [
    ['bogus'],
    'Unknown command "bogus". Commands: status, inspect, drop, audit. See: npm run cache -- --help',
  ],
  [['status', 'users'], 'Unexpected argument "users". See: npm run cache -- status --help'],
  [['inspect'], 'Missing argument. Usage: npm run cache -- inspect FACET [options]'],
  [['inspect', 'users'], '"users" is not a facet. Facets are users:User:user_…, '],
  [['drop'], 'Missing argument. Usage: npm run cache -- drop (FACET | ID | DATABASE) ... [options]'],
  [['drop', 'users', 'people:User:1'], '"people:User:1" is not a facet. Facets are users:User:user_…, '],
  [['drop', 'users:User:alice'], '"users:User:alice": expected the id of a user after users:User:'],
  [['drop', 'users', '--bogus'], "Unknown option '--bogus'. See: npm run cache -- drop --help"],
  [['audit', '--minutes', '0'], '--minutes "0": expected a whole number from 1 to '],
  [['audit', '--rate', 'x'], '--rate "x": expected a whole number from 1 to '],
  [['audit', '--url', 'localhost'], '--url "localhost": expected a URL such as http://'],
  [['audit', '--bound-ms', '-1'], '--bound-ms "-1": expected a whole number from 0 to '],
])('%j is rejected', (argv, message) => {
  expect(() => parseCacheArguments(argv)).toThrow(message)
})

test.each([[[]], [['--help']], [['audit', '-h']]])('%j shows the help', (argv) => {
  expect(() => parseCacheArguments(argv)).toThrow(/^Usage: npm run cache -- /m)
})
