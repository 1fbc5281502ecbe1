import { expect, test } from 'vitest'
import { chosenTransport } from './log-transport.ts'
import { readConfig } from './read-config.ts'

const chosen = (env: Record<string, string>) =>
  chosenTransport(readConfig(['LOG_TRANSPORT', 'REDIS_URL'], env))
const REDIS_URL = 'redis://127.0.0.1:6379'

test('the transport is Redis if one is configured, unless the feed is chosen', () => {
  expect(chosen({})).toEqual({ kind: 'feed' })
  expect(chosen({ REDIS_URL })).toEqual({ kind: 'redis', url: REDIS_URL })
  expect(chosen({ REDIS_URL, LOG_TRANSPORT: 'redis' })).toEqual({ kind: 'redis', url: REDIS_URL })
  expect(chosen({ REDIS_URL, LOG_TRANSPORT: 'feed' })).toEqual({ kind: 'feed' })
})

test('an unavailable or unknown transport is rejected', () => {
  expect(() => chosen({ LOG_TRANSPORT: 'redis' })).toThrow('REDIS_URL is missing')
  expect(() => chosen({ LOG_TRANSPORT: 'pigeons' })).toThrow('LOG_TRANSPORT="pigeons"')
})
