import { expect, test } from 'vitest'
import { RELATION_CHECKERS, type RelationCheckerName, type RelationHistory } from './relations.ts'

const event = (text: string, recordedAt = 100, imported = false) => {
  const [stream = '', type = '', requestId = null] = text.split(' ')
  return { stream, type, requestId, imported, recordedAt }
}
const period = (text: string) => {
  const [pair = '', began = '', ended = null] = text.split(' ')
  return { pair, began, ended }
}
const seen = (generation: number, ...periods: string[]) => ({ generation, periods: periods.map(period) })

/** A correct history. Request 2 was accepted before users was restored, and 3 waits for a person. */
const GOOD: RelationHistory = {
  events: [
    event('a>b FollowRequested 1'),
    event('a>b FollowAccepted 1'),
    event('a>b FollowEnded'),
    event('c>b FollowRequested 2', 40),
    event('c>b FollowAccepted 2', 45),
    event('a>b FollowRequested 3'),
    event('d>b FollowRequested 4', 100, true),
    event('d>b FollowAccepted 4', 100, true),
  ],
  decisions: new Map([
    ['1', 'accepted'],
    ['0', 'withdrawn'],
  ]),
  decisionsSince: 50,
  open: ['3'],
  waiting: ['3'],
  undecided: ['3'],
  unlikeFold: [],
  wrongCounts: [],
  seen: [seen(0, 'a>b 1'), seen(0, 'a>b 1 2', 'c>b 3'), seen(2, 'a>b 1'), seen(2, 'a>b 1 4')],
  blocks: ['a>c'],
  copied: ['a>c'],
  failures: [],
}

const names = Object.keys(RELATION_CHECKERS) as RelationCheckerName[]
const faultsIn = (history: RelationHistory) =>
  names.flatMap((name) => RELATION_CHECKERS[name](history).map((fault) => [name, fault]))

test('nothing is found in a correct history', () => {
  expect(faultsIn(GOOD)).toEqual([])
})

test.each<[RelationCheckerName, string, Partial<RelationHistory>]>([
  ['no follow without an acceptance', 'a>b: the decision of users on 1 is missing', { decisions: new Map() }],
  [
    'no follow without an acceptance',
    'a>b: the decision of users on 1 is declined',
    { decisions: new Map([['1', 'declined']]) },
  ],
  [
    'each request ends once',
    'c>b: FollowRequestClosed of 2 while null was open',
    { events: [...GOOD.events, event('c>b FollowRequestClosed 2')] },
  ],
  [
    'each request ends once',
    'a>b: 5 was made while 3 was open',
    { events: [...GOOD.events, event('a>b FollowRequested 5')] },
  ],
  [
    'in the end, only requests that wait for a person are open',
    '9 is open, and users does not list it',
    { open: ['3', '9'] },
  ],
  [
    'in the end, only requests that wait for a person are open',
    'users lists 9, and it is not open',
    { waiting: ['3', '9'] },
  ],
  [
    'in the end, only requests that wait for a person are open',
    'users has not decided 9, and does not list it',
    { undecided: ['9'] },
  ],
  ['tables are what the streams say', 'a>b differs from the tables', { unlikeFold: ['a>b'] }],
  ['counts are what the periods make', 'the counts of a differ from its periods', { wrongCounts: ['a'] }],
  ['the past does not change', 'a>b since 1 is gone', { seen: [seen(0, 'a>b 1'), seen(0)] }],
  [
    'the past does not change',
    'a>b since 1 ended at 2, now at null',
    { seen: [seen(0, 'a>b 1 2'), seen(0, 'a>b 1')] },
  ],
  ['posts has the blocks of followers', 'posts does not have the block a>c', { copied: [] }],
  ['posts has the blocks of followers', 'posts has the block a>c, and followers does not', { blocks: [] }],
  ['no command is the victim of another', 'deadlock detected', { failures: ['deadlock detected'] }],
])('%s: %s', (name, fault, change) => {
  expect(faultsIn({ ...GOOD, ...change })).toEqual([[name, fault]])
})
