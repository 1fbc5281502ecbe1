import { inject, expect, test } from 'vitest'
import { startCommand } from '../log-command/run-log.ts'

const UNREACHABLE = {
  DATABASE_URL_USERS: 'postgres://u:secret@127.0.0.1:1/users',
  DATABASE_URL_POSTS: 'postgres://u:secret@127.0.0.1:1/posts',
  DATABASE_URL_FOLLOWERS: 'postgres://u:secret@127.0.0.1:1/followers',
}
const runCache = (args: readonly string[], env: Record<string, string> = UNREACHABLE) =>
  startCommand('cache', args, env).ended

test.each([
  [['bogus'], 'Unknown command "bogus". Commands: drop, audit'],
  [['drop'], 'Missing argument. Usage: npm run cache -- drop (FACET | ID | DATABASE) ... [options]'],
  [['drop', 'people'], '"people" is not a facet such as users:User:user_…, an id, or a database: users, '],
  [['drop', 'people:User:1'], '"people:User:1" is not a facet. Facets are users:User:user_…, '],
  [['drop', 'users:User:alice'], '"users:User:alice": expected the id of a user after users:User:'],
  [['drop', 'users', '--bogus'], "Unknown option '--bogus'. See: npm run cache -- drop --help"],
  [['audit', '--minutes', '0'], '--minutes "0": expected a whole number from 1 to '],
  [['audit', '--rate', 'x'], '--rate "x": expected a whole number from 1 to '],
  [['audit', '--url', 'localhost'], '--url "localhost": expected a URL such as http://'],
  [['audit', '--bound-ms', '-1'], '--bound-ms "-1": expected a whole number from 0 to '],
  [
    ['drop', 'users'],
    'DATABASE_URL_USERS=postgres://u:***@127.0.0.1:1/users cannot be used: connection refused.',
  ],
])('%j is rejected in one line', async (args, message) => {
  const { code, out, err } = await runCache(args)
  expect({ code, out, err }).toEqual({ code: 1, out: [], err: [expect.stringContaining(message)] })
})

test('nothing is dropped from a database without a log', async () => {
  const url = inject('superuserUrl')
  const env = { DATABASE_URL_USERS: url, DATABASE_URL_POSTS: url, DATABASE_URL_FOLLOWERS: url }
  const { code, err } = await runCache(['drop', 'posts'], env)
  expect([code, err]).toEqual([1, [expect.stringMatching(/has no change log yet.*npm run migrate\.$/)]])
})

test.each([[[]], [['--help']], [['drop', '--help']]])('%j shows the help', async (args) => {
  const { code, out, err } = await runCache(args)
  expect([code, err, out.join('\n')]).toEqual([0, [], expect.stringMatching(/^Usage: npm run cache -- /m)])
})
