import { composeServices } from '@apollo/composition'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  isAbstractType,
  Kind,
  parse,
  Source,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
} from 'graphql'
import { NODE_SUBGRAPH, NODE_URL, nodeSdl } from '../gateway/node/sdl.ts'
import { readConfig } from '../platform/config/read-config.ts'
import { runCommand, UserFacingError } from '../platform/lifecycle.ts'
import { root, services, variableSuffix } from './layout.ts'

const USAGE = 'Usage: npm run compose [-- --check]'
const COMMON = 'contracts/graphql/common.graphql'

/**
 * Composes the subgraphs' SDL into `schema/supergraph.graphql`, and lists the possible types of each interface and
 * union in `schema/possible-types.json` for clients. With `--check`: writes nothing, and fails when a file is not
 * what would be written.
 */
await runCommand(async () => {
  const { check } = readArgs()
  const files = compose(await readSubgraphs())
  await (check ? checkFiles(files) : writeFiles(files))
})

function readArgs(): { check: boolean } {
  try {
    return parseArgs({ options: { check: { type: 'boolean', default: false } } }).values
  } catch (error) {
    throw new UserFacingError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
  }
}

type Subgraph = { name: string; url: string; source: string; typeDefs: DocumentNode }

async function readSubgraphs(): Promise<Subgraph[]> {
  const common = await readSdl(COMMON)
  const own = await Promise.all(
    services.map(async (name) => {
      const source = `subgraphs/${name}/schema.graphql`
      const variable = `SUBGRAPH_URL_${variableSuffix(name)}` as const
      const { definitions } = await readSdl(source)
      const typeDefs = { kind: Kind.DOCUMENT, definitions: [...common.definitions, ...definitions] } as const
      return { name, url: readConfig([variable], {})[variable], source, typeDefs }
    }),
  )
  const source = 'gateway/node/sdl.ts'
  return [...own, { name: NODE_SUBGRAPH, url: NODE_URL, source, typeDefs: parseSdl(source, nodeSdl()) }]
}

/** Contents by path of the file, relative to the project. */
function compose(subgraphs: Subgraph[]): Map<string, string> {
  const { errors, hints, schema, supergraphSdl } = composeServices(subgraphs)
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

/** @param file relative to the project */
async function readSdl(file: string): Promise<DocumentNode> {
  return parseSdl(file, await readFile(join(root, file), 'utf8'))
}

/** @throws UserFacingError naming the file and the line in it */
function parseSdl(file: string, sdl: string): DocumentNode {
  try {
    return parse(new Source(sdl, file))
  } catch (error) {
    throw new UserFacingError(`${file} is not valid SDL: ${String(error)}`)
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
