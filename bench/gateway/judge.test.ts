import { expect, test } from 'vitest'
import { createJudge } from './judge.ts'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 9'
const right = Buffer.from('{"data":{"b":2,"a":1}}')
const references = ['{"data":{"a":1,"b":2}}']

test('a response is compared with the reference as JSON', () => {
  const judge = createJudge('peer', references)
  expect(() => judge.learn(0, OK, right)).not.toThrow()
  expect(() => judge.learn(0, OK, Buffer.from('{"data":{"a":1,"b":3}}'))).toThrow('peer gave a wrong answer')
  expect(() => judge.learn(0, OK, Buffer.from('{"data":{"a":1,'))).toThrow('wrong answer to request 0')
  expect(() => judge.learn(0, 'HTTP/1.1 500 Internal Server Error', right)).toThrow(
    '500 Internal Server Error',
  )
})

test('later responses are compared with the first one: the length of all, the bytes of a sample', () => {
  const judge = createJudge('peer', references)
  judge.learn(0, OK, right)
  judge.judge(0, OK, right)
  expect(() => judge.judge(0, OK, Buffer.from('{"data":null}'))).toThrow('wrong answer')
  const otherBytes = Buffer.from('{"data":{"b":2,"a":9}}')
  expect(() => {
    for (let i = 0; i < 16; i++) judge.judge(0, OK, otherBytes)
  }).toThrow('wrong answer')
})

test('a response without a reference is wrong', () => {
  expect(() => createJudge('peer', references).judge(0, OK, right)).toThrow('wrong answer')
})
