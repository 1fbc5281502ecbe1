import { glob, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { definitionsOfFile, entriesOfManifest } from './operation-files.ts'
import { ownerOf } from './operation-owner.ts'
import { withoutBom } from '../load/without-bom.ts'
import { bodyOf } from './operation-body.ts'
import { messageOf, placeAt, placeOf } from './operation-place.ts'

/** An operation that clients are known to send. */
export type TrustedOperation = {
  name: string
  /** Relative to the base folder, with slashes. */
  file: string
  /** Line of the operation in `file`, from 1. */
  line: number
  /** The operation, and the fragments it uses, of whichever file. */
  document: DocumentNode
  /** The team of the nearest comment `# @owner <team>` above the operation in its file. Null if there is none. */
  owner: string | null
}

export type TrustedOperations = {
  operations: readonly TrustedOperation[]
  /** One line each, such as `schema/operations/a.graphql:3:5: Unknown fragment "Row".` Empty if all files could be read. */
  faults: readonly string[]
}

/** The file that `npm run schema:operations` writes. It repeats the other files of its folder, so it is not read. */
export const MANIFEST = 'manifest.json'

/**
 * Reads the operations of a folder: `*.graphql` and `*.gql` files, and manifests of clients (`*.json`), in any depth. All
 * `*.graphql` files share their fragments, and names are unique in them. Each entry of a manifest stands for itself, as several
 * clients, and versions of a client, may use one name. Also accepts the path of one file. Does not validate operations against a
 * schema.
 *
 * @param path relative to `base`, or absolute
 * @param base the folder to which the files in the result are relative
 */
export async function readTrustedOperations(path: string, base: string): Promise<TrustedOperations> {
  const faults: string[] = []
  const definitions: ExecutableNode[] = []
  const entries: (readonly ExecutableNode[])[] = []
  for (const file of await filesOf(resolve(base, path), base, faults)) {
    const text = await readFile(join(base, file), 'utf8').catch((error: unknown) => {
      faults.push(`${file}:1:1: ${messageOf(error)}`)
      return null
    })
    if (text === null) continue
    if (file.endsWith('.json')) {
      const read = entriesOfManifest(withoutBom(text), file)
      entries.push(...read.entries)
      faults.push(...read.faults)
    } else {
      const read = definitionsOfFile(withoutBom(text), file)
      definitions.push(...read.definitions)
      faults.push(...read.faults)
    }
  }
  const operations = [definitions, ...entries].flatMap((nodes) => operationsOf(nodes, faults))
  const bodies = new Map<string, TrustedOperation>()
  for (const operation of operations) {
    const body = bodyOf(operation.document)
    if (!bodies.has(body)) bodies.set(body, operation)
  }
  return { operations: [...bodies.values()], faults }
}

type ExecutableNode = OperationDefinitionNode | FragmentDefinitionNode

/** The operations among definitions that share their fragments. */
function operationsOf(definitions: readonly ExecutableNode[], faults: string[]): TrustedOperation[] {
  const fragments = namedOnce(definitions.filter(isFragment), 'fragment', faults)
  const named = namedOnce(definitions.filter(isOperation), 'operation', faults)
  return [...named].map(([name, node]) => trusted(name, node, fragments, faults))
}

const isFragment = (node: ExecutableNode) => node.kind === Kind.FRAGMENT_DEFINITION
const isOperation = (node: ExecutableNode) => node.kind === Kind.OPERATION_DEFINITION

async function filesOf(path: string, base: string, faults: string[]): Promise<string[]> {
  const shown = (file: string) => relative(base, file).replaceAll('\\', '/')
  if (/\.(graphql|gql|json)$/.test(path)) return [shown(path)]
  const found = await Array.fromAsync(glob('**/*.{graphql,gql,json}', { cwd: path }))
  const files = found.filter((file) => file !== MANIFEST).map((file) => shown(join(path, file)))
  if (files.length === 0) {
    const manifest = found.includes(MANIFEST)
      ? ` Its ${MANIFEST} is not read, as schema:operations writes it: give a client's manifest another name.`
      : ''
    faults.push(
      `${shown(path)}:1:1: There is no operation file (*.graphql, or a manifest *.json) in this folder.${manifest}`,
    )
  }
  return files.toSorted()
}

/** The definitions by name. One that has no name, or the name of an earlier one, is a fault. */
function namedOnce<Node extends ExecutableNode>(
  nodes: readonly Node[],
  what: string,
  faults: string[],
): Map<string, Node> {
  const named = new Map<string, Node>()
  for (const node of nodes) {
    const name = node.name?.value
    if (name === undefined) {
      faults.push(`${placeOf(node)}: This ${what} has no name. Give it one, so that reports can name it.`)
      continue
    }
    const first = named.get(name)
    if (!first) named.set(name, node)
    else
      faults.push(
        `${placeOf(node)}: There is another ${what} "${name}" at ${placeOf(first)}. Rename one of them.`,
      )
  }
  return named
}

function trusted(
  name: string,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  faults: string[],
): TrustedOperation {
  const used = new Map<string, FragmentDefinitionNode>()
  collect(operation)
  const definitions = [operation, ...used.values()]
  const { file, line } = placeAt(operation)
  return { name, file, line, document: { kind: Kind.DOCUMENT, definitions }, owner: ownerOf(operation) }

  function collect(node: ExecutableNode): void {
    visit(node, {
      FragmentSpread(spread) {
        const fragment = fragments.get(spread.name.value)
        if (!fragment)
          faults.push(`${placeOf(spread)}: Unknown fragment "${spread.name.value}" in operation "${name}".`)
        if (!fragment || used.has(spread.name.value)) return
        used.set(spread.name.value, fragment)
        collect(fragment)
      },
    })
  }
}
