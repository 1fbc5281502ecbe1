import { expect, test } from 'vitest'
import { chosenTransport } from './log-transport.ts'
import { readConfig } from './read-config.ts'

const chosen = (env: Record<string, string>) =>
  chosenTransport(readConfig(['LOG_TRANSPORT', 'REDIS_URL'], env))
const REDIS_URL = 'redis://127.0.0.1:6379'

test('the log goes by Redis where there is one, unless the feed alone is chosen', () => {
  expect(chosen({})).toEqual({ kind: 'feed' })
  expect(chosen({ REDIS_URL })).toEqual({ kind: 'redis', url: REDIS_URL })
  expect(chosen({ REDIS_URL, LOG_TRANSPORT: 'redis' })).toEqual({ kind: 'redis', url: REDIS_URL })
  expect(chosen({ REDIS_URL, LOG_TRANSPORT: 'feed' })).toEqual({ kind: 'feed' })
})

test('a transport that is not there, or not known, is refused', () => {
  expect(() => chosen({ LOG_TRANSPORT: 'redis' })).toThrow('REDIS_URL is missing')
  expect(() => chosen({ LOG_TRANSPORT: 'pigeons' })).toThrow('LOG_TRANSPORT="pigeons"')
})
