import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  type IntrospectionQuery,
} from 'graphql'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../platform/root.ts'
import { gqlData } from '../support/client.ts'

const read = (file: string) => readFile(join(root, file), 'utf8')

test('schema/api.graphql equals the result of introspection', async () => {
  const options = { specifiedByUrl: true, inputValueDeprecation: true, schemaDescription: true, oneOf: true }
  const introspection = await gqlData<IntrospectionQuery>(getIntrospectionQuery(options))
  const [served, written] = [buildClientSchema(introspection), buildSchema(await read('schema/api.graphql'))]
  expect(printSchema(lexicographicSortSchema(served))).toBe(printSchema(lexicographicSortSchema(written)))
})

test('schema/api.graphql has no federation directives and has @specifiedBy URLs for scalars', async () => {
  const sdl = await read('schema/api.graphql')
  expect(sdl).not.toMatch(/join__|@join|@link|@key|_Service|_entities/)
  expect(sdl).toContain('scalar DateTime @specifiedBy(url: "https://')
})

test('.graphqlrc.yml names it', async () => {
  expect(parse(await read('.graphqlrc.yml'))).toMatchObject({ schema: 'schema/api.graphql' })
})
