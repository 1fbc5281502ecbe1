import { inheritedEnv, withoutPassword } from '../../../platform/config/read-config.ts'
import { composeSubgraphs } from '../compose/compose-subgraphs.ts'
import { type CheckConfig, type SubgraphConfig } from '../config/config.ts'
import { parseConfig } from '../config/parse-config.ts'
import { type LoadedSubgraph } from '../finding.ts'
import { fileAt, isInRepository } from './git.ts'
import { joined } from './load-subgraphs.ts'
import { allOf, failure, shownPath, success, type Outcome } from './outcome.ts'
import { parseGraphql } from './parse-sdl.ts'
import { readSchema, type SchemaVersion } from './read-schema.ts'

/**
 * The schema at a commit: the config of that commit, or today's if the commit has none, with the files of that commit. A
 * subgraph without a file in that commit did not exist yet.
 */
export async function schemaAt(commit: string, config: CheckConfig): Promise<Outcome<SchemaVersion>> {
  const earlier = await configAt(commit, config)
  if (!earlier.ok) return earlier
  const { subgraphs, folder } = earlier.value
  const committed = await supergraphAt(commit, earlier.value)
  if (!committed.ok) return committed
  const { value: supergraph } = committed
  const loaded = allOf(
    await Promise.all(subgraphs.map((subgraph) => subgraphAt(commit, subgraph, folder, supergraph))),
  )
  if (!loaded.ok) return loaded
  const found = loaded.value.filter((subgraph) => subgraph !== null)
  if (supergraph) return success({ api: supergraph.api, subgraphs: found })
  if (found.length === 0) return failure('this commit has no file of any subgraph. Name another with --base.')
  // Clients saw this schema, whether or not each of its fields can be reached.
  const composed = composeSubgraphs(found, { runSatisfiability: false })
  if (composed.supergraph) return success({ api: composed.supergraph.api, subgraphs: found })
  const [first] = composed.result.findings
  return failure(
    `its subgraphs do not compose: ${first?.message.replace(/\.$/, '')}. Name another with --base, such as the supergraph that is deployed.`,
  )
}

async function supergraphAt(
  commit: string,
  { folder, supergraph }: CheckConfig,
): Promise<Outcome<SchemaVersion | null>> {
  const text = supergraph === null ? null : await fileAt(folder, commit, supergraph)
  return supergraph === null || text === null ? success(null) : readSchema(shownAt(commit, supergraph), text)
}

async function configAt(commit: string, config: CheckConfig): Promise<Outcome<CheckConfig>> {
  if (config.file === null) return success(config)
  const text = await fileAt(config.folder, commit, config.file)
  return text === null ? success(config) : parseConfig(config.file, text, inheritedEnv(), { options: false })
}

async function subgraphAt(
  commit: string,
  { name, routingUrl: url, source }: SubgraphConfig,
  folder: string,
  supergraph: SchemaVersion | null,
): Promise<Outcome<LoadedSubgraph | null>> {
  const loaded = (typeDefs: Outcome<LoadedSubgraph['typeDefs']>) =>
    typeDefs.ok ? success({ name, url, typeDefs: typeDefs.value }) : typeDefs
  switch (source.kind) {
    case 'files': {
      const texts = await Promise.all(source.files.map((file) => fileAt(folder, commit, file)))
      const missing = source.files.find((_, i) => texts[i] === null)
      if (missing !== undefined) {
        if (await isInRepository(folder, missing)) return success(null)
        return failure(`${shownPath(missing)} is not in the repository. Name a file or URL with --base.`)
      }
      const documents = source.files.map((file, i) => parseGraphql(shownAt(commit, file), texts[i] ?? ''))
      return loaded(joined(documents))
    }
    case 'text':
      if (supergraph) return success(supergraph.subgraphs?.find((one) => one.name === name) ?? null)
      return loaded(parseGraphql(shownAt(commit, source.file), source.sdl))
    case 'introspection':
      return failure(
        `subgraph "${name}" is loaded from ${withoutPassword(source.url)}, so git has no earlier version of it. Name a supergraph file or a URL with --base.`,
      )
  }
}

const shownAt = (commit: string, path: string) => `${commit.slice(0, 10)}:${shownPath(path)}`
