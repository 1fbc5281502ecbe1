import { composeServices } from '@apollo/composition'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isAbstractType, parse, type GraphQLError, type GraphQLSchema } from 'graphql'
import { NODE_SUBGRAPH, NODE_URL, nodeSdl } from '../gateway/node/sdl.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { root, services, variableSuffix } from './layout.ts'

/**
 * Composes the subgraphs' SDL into `schema/supergraph.graphql`, and lists the possible types of each interface and
 * union in `schema/possible-types.json` for clients. With `--check`: writes nothing, and fails when a file is not
 * what would be written.
 */
await runCommand(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const files = compose(await readSubgraphs())
  await (values.check ? checkFiles(files) : writeFiles(files))
})

type Subgraph = { name: string; url: string; source: string; sdl: string }

async function readSubgraphs(): Promise<Subgraph[]> {
  const common = await readFile(join(root, 'contracts/graphql/common.graphql'), 'utf8')
  const own = await Promise.all(
    services.map(async (name) => {
      const source = `subgraphs/${name}/schema.graphql`
      const variable = `SUBGRAPH_URL_${variableSuffix(name)}` as const
      const sdl = `${common}\n${await readFile(join(root, source), 'utf8')}`
      return { name, url: readConfig([variable], {})[variable], source, sdl }
    }),
  )
  return [...own, { name: NODE_SUBGRAPH, url: NODE_URL, source: 'gateway/node/sdl.ts', sdl: nodeSdl() }]
}

/** Contents by path of the file, relative to the project. */
function compose(subgraphs: Subgraph[]): Map<string, string> {
  const definitions = subgraphs.map(({ name, url, source, sdl }) => ({
    name,
    url,
    typeDefs: parseSdl(source, sdl),
  }))
  const { errors, hints, schema, supergraphSdl } = composeServices(definitions)
  if (errors) throw new UserFacingError(describeErrors(errors, subgraphs))
  for (const { definition, message } of hints)
    console.warn(`${definition.level.name} ${definition.code}: ${message}`)
  return new Map([
    ['schema/supergraph.graphql', `${supergraphSdl.trimEnd()}\n`],
    [
      'schema/possible-types.json',
      `${JSON.stringify(possibleTypes(schema.toAPISchema().toGraphQLJSSchema()), null, 2)}\n`,
    ],
  ])
}

/** Line numbers of a syntax error count from the start of the common SDL, which comes first. */
function parseSdl(source: string, sdl: string) {
  try {
    return parse(sdl)
  } catch (error) {
    throw new UserFacingError(`${source} is not valid SDL: ${String(error)}`)
  }
}

function describeErrors(errors: readonly GraphQLError[], subgraphs: readonly Subgraph[]): string {
  const lines = errors.map(({ message, extensions }) => {
    const named = subgraphs.filter(
      ({ name }) => message.includes(`[${name}]`) || message.includes(`"${name}"`),
    )
    const files = named.map(({ source }) => source).join(', ')
    return `- ${String(extensions['code'])}: ${message}${files && `\n  in ${files}`}`
  })
  return `The subgraphs do not compose; nothing was written.\n${lines.join('\n')}`
}

/** What Apollo Client's `possibleTypes` wants: the object types of each interface and union. */
function possibleTypes(schema: GraphQLSchema): Record<string, string[]> {
  const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType)
  return Object.fromEntries(
    abstract
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((type) => [
        type.name,
        schema
          .getPossibleTypes(type)
          .map(({ name }) => name)
          .toSorted(),
      ]),
  )
}

async function writeFiles(files: Map<string, string>): Promise<void> {
  await Promise.all([...files].map(([file, content]) => writeFile(join(root, file), content)))
  console.log(`Wrote ${[...files.keys()].join(' and ')}.`)
}

async function checkFiles(files: Map<string, string>): Promise<void> {
  const faults: string[] = []
  for (const [file, wanted] of files) {
    const found = await readFile(join(root, file), 'utf8').catch(() => '')
    if (found !== wanted)
      faults.push(`${file} is not what the SDL composes to. ${firstDifference(found, wanted)}`)
  }
  if (faults.length > 0)
    throw new UserFacingError([...faults, 'Run `npm run compose` and commit the result.'].join('\n'))
  console.log(`${[...files.keys()].join(' and ')} are up to date.`)
}

function firstDifference(found: string, wanted: string): string {
  if (found === '') return 'It is missing.'
  const [before, after] = [found.split('\n'), wanted.split('\n')]
  const line = after.findIndex((text, i) => text !== before[i])
  const at = line < 0 ? after.length : line
  return `The first difference is in line ${at + 1}:\n  - ${before[at] ?? '(end)'}\n  + ${after[at] ?? '(end)'}`
}
