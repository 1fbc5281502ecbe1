import { expect, test } from 'vitest'
import { parseEdge } from './parse-edge.ts'

test.each([
  ['1 2', 1, 2],
  ['1\t2', 1, 2],
  ['1,2', 1, 2],
  ['1 , 2', 1, 2],
  ['  1   2  ', 1, 2],
  ['1 2\r', 1, 2],
  ['1 2 0.75 1082040961', 1, 2],
  ['1,2,-1', 1, 2],
  ['0 0', 0, 0],
  ['007 7', 7, 7],
  ['alice Bob_2', 'alice', 'Bob_2'],
  ['a@b.org ünïcode', 'a@b.org', 'ünïcode'],
  ['00123456789012345678 1', '123456789012345678', 1],
  ['nan infinity', 'nan', 'infinity'],
])('%j is an edge', (line, from, to) => {
  expect(parseEdge(line)).toEqual({ kind: 'edge', from, to })
})

test.each(['', '   ', '\t\r', '# FromNodeId ToNodeId', '% sym unweighted', '  # indented'])(
  '%j is skipped',
  (line) => {
    expect(parseEdge(line)).toEqual({ kind: 'blank' })
  },
)

test.each([
  '1',
  'x',
  '1 -2',
  '1.5 2',
  '1e5 2',
  ',2',
  '1,',
  '1,,2',
  '"1" "2"',
  '1;2',
  '<html> <body>',
  'a\0b c',
  '\uFFFD 2',
  '1 # 2',
])('%j is malformed', (line) => {
  expect(parseEdge(line)).toMatchObject({
    kind: 'malformed',
    reason: expect.stringContaining(JSON.stringify(line)),
  })
})
