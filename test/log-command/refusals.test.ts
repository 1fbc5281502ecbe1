import { inject, expect, test } from 'vitest'
import { runLog } from './run-log.ts'

const UNREACHABLE = {
  DATABASE_URL_USERS: 'postgres://u:secret@127.0.0.1:1/users',
  DATABASE_URL_POSTS: 'postgres://u:secret@127.0.0.1:1/posts',
  DATABASE_URL_FOLLOWERS: 'postgres://u:secret@127.0.0.1:1/followers',
}

const cannotBeUsed = (service: string) =>
  `DATABASE_URL_${service.toUpperCase()}=postgres://u:***@127.0.0.1:1/${service} cannot be used: connection refused. \
Start it, or correct the address.`

test.each([
  [['bogus'], 'Unknown command "bogus". Commands: status, tail, parked, redrive, rebuild, epoch bump, '],
  [
    ['epoch', 'raise', 'users'],
    'Unknown command "epoch raise". Commands: epoch bump, epoch keep. See: npm run log -- --help',
  ],
  [['epoch', 'bump'], 'Missing argument. Usage: npm run log -- epoch bump DATABASE [options]'],
  [['epoch', 'bump', 'people'], 'DATABASE "people": expected one of users, posts, followers.'],
  [['status', '--bogus'], "Unknown option '--bogus'. See: npm run log -- status --help"],
  [['parked', 'users'], 'Unexpected argument "users". See: npm run log -- parked --help'],
  [
    ['tail', '--from', '3'],
    '--from 3 needs a DATABASE, as each log has its own offsets: tail users --from 3.',
  ],
  [['tail', 'users', '--from', '0'], '--from "0": expected a whole number from 1 to '],
  [['tail', '-n', '1e3'], '-n "1e3": expected a whole number from 0 to '],
  [['tail', '-n', '-1'], '-n "-1": expected a whole number from 0 to '],
  [['redrive', 'posts.authors'], 'redrive needs a KEY or --all.'],
  [['redrive', 'posts.authors', 'k', '--all'], 'redrive takes the KEY k or --all, not both.'],
  [
    ['redrive', 'posts.nobody', '--all'],
    'There is no consumer "posts.nobody". Known consumers: posts.authors, posts.blocks, users.followRequests, followers.decisions.',
  ],
  [
    ['rebuild', 'posts.nobody'],
    'There is no consumer "posts.nobody". Known consumers: posts.authors, posts.blocks, users.followRequests, followers.decisions.',
  ],
  [['rebuild', 'posts.authors'], cannotBeUsed('users')],
  [
    ['consumers', 'forget', 'users'],
    'Missing argument. Usage: npm run log -- consumers forget DATABASE CONSUMER',
  ],
])('%j is rejected in one line', async (args, message) => {
  const { code, out, err } = await runLog(args, UNREACHABLE)
  expect({ code, out, err }).toEqual({ code: 1, out: [], err: [expect.stringContaining(message)] })
})

test('unreachable databases are reported in one line each, and status shows them', async () => {
  const all = ['users', 'posts', 'followers'].map(cannotBeUsed)
  expect(await runLog(['tail'], UNREACHABLE)).toEqual({ code: 1, out: [], err: all })
  const { code, out } = await runLog(['status'], UNREACHABLE)
  expect([code, out.filter((line) => line.startsWith('!'))]).toEqual([1, all.map((line) => `! ${line}`)])
})

test('a database without migrations is reported with the command to run, and not changed', async () => {
  const url = inject('superuserUrl')
  const env = { DATABASE_URL_USERS: url, DATABASE_URL_POSTS: url, DATABASE_URL_FOLLOWERS: url }
  for (const args of [
    ['epoch', 'bump', 'users', '--yes'],
    ['tail', 'users'],
  ]) {
    const { code, err } = await runLog(args, env)
    expect([code, err]).toEqual([
      1,
      [expect.stringMatching(/^DATABASE_URL_USERS=.* has no change log yet.*npm run migrate\.$/)],
    ])
  }
})

test('a folder without an installation is rejected and not created', async () => {
  const { code, err } = await runLog(['status'], { DATA_DIR: '/nowhere/at/all' })
  expect([code, err]).toEqual([
    1,
    [expect.stringContaining('There are no databases in DATA_DIR=/nowhere/at/all.')],
  ])
})

test.each([[[]], [['--help']], [['tail', '--help']], [['epoch', 'bump', '-h']]])(
  '%j shows the help',
  async (args) => {
    const { code, out, err } = await runLog(args, UNREACHABLE)
    expect([code, err, out.join('\n')]).toEqual([0, [], expect.stringMatching(/^Usage: npm run log -- /m)])
  },
)
