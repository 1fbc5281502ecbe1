import { ApolloServerErrorCode } from '@apollo/server/errors'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ERRORS } from '../../contracts/errors.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Source texts that send errors to clients. With `gateway/http/apollo-server.ts`, Apollo Server also sends its own errors. */
const sources = ['gateway', 'platform', 'subgraphs', 'patterns', 'contracts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .filter((file) => file !== join('contracts', 'errors.ts'))
    .map((file) => readFileSync(join(ROOT, file), 'utf8')),
)

/**
 * Matches literals that are codes for clients: in the extensions of an error, or as an argument of a function that makes an
 * error. Codes of Node, such as `ETIMEDOUT`, do not match.
 */
const IN_CODE_POSITION =
  /(?:\bcode: |\bcode = |\bapiError\(|\bsendError\(reply, \d+, |\brefusal\(\d+, )'(?!E[A-Z]+'|(?:ERR|FST|HPE)_)([A-Z]+(?:_[A-Z]+)*)'/g

const OF_APOLLO = new Set<string>(Object.values(ApolloServerErrorCode))

test('every code in use is documented', () => {
  const given = sources.flatMap((text) => [...text.matchAll(IN_CODE_POSITION)].map(([, code]) => code ?? ''))
  expect(new Set(given).size).toBeGreaterThan(5)
  const undocumented = [...new Set([...given, ...OF_APOLLO])].filter((code) => !Object.hasOwn(ERRORS, code))
  expect(undocumented).toEqual([])
})

test('every documented code is in use', () => {
  const never = Object.keys(ERRORS).filter(
    (code) => !OF_APOLLO.has(code) && !sources.some((text) => text.includes(`'${code}'`)),
  )
  expect(never).toEqual([])
})
