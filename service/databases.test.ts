import { expect, test } from 'vitest'
import { onlyDatabase, type ServiceDatabase } from './databases.ts'

const named = (name: string) => ({ name }) as ServiceDatabase

test('a service that is wired for one database does not start with several', () => {
  expect(onlyDatabase([named('users')]).name).toBe('users')
  expect(() => onlyDatabase([named('users/0'), named('users/1')])).toThrow('databases users/0, users/1')
})
