import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildASTSchema, isEnumType, isObjectType, parse } from 'graphql'
import { expect, test } from 'vitest'
import { ERRORS } from '../contracts/errors.ts'

const sdl = readFileSync(join(import.meta.dirname, '../schema/supergraph.graphql'), 'utf8')
const schema = buildASTSchema(parse(sdl), { assumeValid: true })
const payloadErrors = Object.entries(ERRORS).filter(([, entry]) => 'type' in entry)

test('the values of UserErrorCode are the codes that payloads use in the table', () => {
  const codes = schema.getType('UserErrorCode')
  expect(
    isEnumType(codes) &&
      codes
        .getValues()
        .map(({ name }) => name)
        .toSorted(),
  ).toEqual(payloadErrors.map(([code]) => code).toSorted())
})

test('each of these codes has a type, and each of these types has a code', () => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'UserError'),
  )
  expect(types.map(({ name }) => name).toSorted()).toEqual(
    payloadErrors.map(([, entry]) => ('type' in entry ? entry.type : '')).toSorted(),
  )
})
