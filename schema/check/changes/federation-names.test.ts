import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { federationNames } from './federation-names.ts'

const URL = 'https://specs.apollo.dev/federation/v2.9'

test.each([
  [`@link(url: "${URL}", import: ["@key"])`, 'key', 'key'],
  [`@link(url: "${URL}", import: [{ name: "@key", as: "@id" }])`, 'id', 'key'],
  [`@link(url: "${URL}")`, 'federation__key', 'key'],
  [`@link(url: "${URL}", as: "fed")`, 'fed__key', 'key'],
  [`@link(url: "https://other.dev/v1", import: [{ name: "@key", as: "@id" }])`, 'id', 'id'],
])('extend schema %s: @%s is @%s', (link, local, name) => {
  expect(federationNames(parse(`extend schema ${link}`))(local)).toBe(name)
})
