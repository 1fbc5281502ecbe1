import {
  GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  specifiedDirectives,
  TokenKind,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLNamedType,
} from 'graphql'
import { Parser } from 'graphql/language/parser.js'
import { extendSchemaImpl } from 'graphql/utilities/extendSchema.js'
import { setImmediate } from 'node:timers/promises'

/** graphql-js's `parse` of a large SDL without blocking the event loop: definition by definition. */
export async function parseInSlices(sdl: string): Promise<DocumentNode> {
  const parser = new Parser(sdl, { noLocation: true })
  const definitions: DefinitionNode[] = []
  await inSlices(parseDefinitions(parser, definitions))
  return { kind: Kind.DOCUMENT, definitions }
}

function* parseDefinitions(parser: Parser, definitions: DefinitionNode[]): Generator<void> {
  parser.expectToken(TokenKind.SOF)
  do {
    definitions.push(parser.parseDefinition())
    yield
  } while (!parser.expectOptionalToken(TokenKind.EOF))
}

/**
 * graphql-js's `buildSchema` of a large SDL without blocking the event loop. It uses the same function of graphql-js, which
 * creates the fields of types lazily: here in slices.
 *
 * @param sdl a valid schema whose root types have their default names
 */
export async function buildSchemaInSlices(sdl: string): Promise<GraphQLSchema> {
  const document = await parseInSlices(sdl)
  const config = extendSchemaImpl(EMPTY, document, { assumeValid: true })
  await inSlices(makeMembers(config.types))
  const own = new Set(config.directives.map(({ name }) => name))
  const root = (name: string) => config.types.filter(isObjectType).find((type) => type.name === name)
  return new GraphQLSchema({
    ...config,
    query: config.query ?? root('Query'),
    mutation: config.mutation ?? root('Mutation'),
    subscription: config.subscription ?? root('Subscription'),
    directives: [...config.directives, ...specifiedDirectives.filter(({ name }) => !own.has(name))],
  })
}

/** An empty schema, as `extendSchemaImpl` takes it. */
const EMPTY = {
  description: undefined,
  types: [],
  directives: [],
  extensions: {},
  extensionASTNodes: [],
  assumeValid: true,
} as const satisfies Parameters<typeof extendSchemaImpl>[0]

function* makeMembers(types: Iterable<GraphQLNamedType>): Generator<void> {
  for (const type of types) {
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) type.getFields()
    else if (isUnionType(type)) type.getTypes()
    else if (isEnumType(type)) type.getValues()
    yield
  }
}

/** Maximum time that a slice of a task blocks the event loop, in milliseconds. */
const SLICE_MS = 8

/** Runs the steps of a long task in slices, between which the event loop runs. */
async function inSlices(steps: Iterable<unknown>): Promise<void> {
  let began = performance.now()
  for (const _ of steps) {
    if (performance.now() - began < SLICE_MS) continue
    await setImmediate()
    began = performance.now()
  }
}
