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
  [['bogus'], 'Unknown command "bogus". Commands: status, '],
  [['drop', 'people'], '"people" is not a facet such as users:User:user_…, an id, or a database: users, '],
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

test.each([[[]], [['drop', '--help']]])('%j shows the help', async (args) => {
  const { code, out, err } = await runCache(args)
  expect([code, err, out.join('\n')]).toEqual([0, [], expect.stringMatching(/^Usage: npm run cache -- /m)])
})
