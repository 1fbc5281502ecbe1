import { type UsageExport } from '../../schema/check/usage/usage-export.ts'

export type Size = { subgraphs: number; fields: number; operations: number }

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
/** Fields of a subgraph that are not on its own entity: one of Query, two of relations, an id, and two entities' ids. */
const OTHERS = 7

/**
 * SDL of subgraphs in a ring: each has an entity, relations to two others, and adds fields to those.
 *
 * @param without fields of each entity that the SDL leaves out, from the last on
 */
export function subgraphsOf(
  { subgraphs, fields }: Omit<Size, 'operations'>,
  without = 0,
): ReadonlyMap<string, string> {
  const { own, added } = sharesOf({ subgraphs, fields })
  return new Map(
    Array.from({ length: subgraphs }, (_, i) => {
      const others = [(i + 1) % subgraphs, (i + 7) % subgraphs]
      const sdl = [
        LINK,
        `type Query {\n  "Finds one."\n  entity${i}(id: ID!): Entity${i}\n}`,
        `"Entity ${i}."\ntype Entity${i} @key(fields: "id") {\n  "Its id."\n  id: ID!`,
        ...others.map((other) => `  "A relation."\n  to${other}: Entity${other}`),
        ...fieldsNamed('own', own - without),
        '}',
        ...others.flatMap((other) => [
          `type Entity${other} @key(fields: "id") {\n  id: ID!`,
          ...fieldsNamed(`from${i}x`, added),
          '}',
        ]),
      ]
      return [`s${i}`, `${sdl.join('\n')}\n`]
    }),
  )
}

/** How many fields a subgraph has on its own entity, and how many it adds to each of two others. */
function sharesOf({ subgraphs, fields }: Omit<Size, 'operations'>): { own: number; added: number } {
  const each = Math.floor(fields / subgraphs) - OTHERS
  const added = Math.floor(each / 5)
  return { own: each - 2 * added, added }
}

function fieldsNamed(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `  "Field ${i}."\n  ${prefix}${i}: String`)
}

/** Supergraph config of the files `<name>.graphql`. */
export function configOf(names: Iterable<string>): string {
  const entries = [...names].map(
    (name) => `  ${name}:\n    routing_url: http://${name}\n    schema:\n      file: ${name}.graphql\n`,
  )
  return `subgraphs:\n${entries.join('')}`
}

/** An export of a recording of the 40 days before `to`: each operation selects eight fields of two entities. */
export function usageOf(size: Size, to: Date): UsageExport {
  const { subgraphs, operations } = size
  // The bench removes ten at most, and operations do not select them.
  const selectable = sharesOf(size).own - 10
  const from = new Date(to.getTime() - 40 * 86_400_000)
  const client = { name: 'web', version: '1.0.0', count: 1_000, lastUsed: to.toISOString() }
  return {
    version: 1,
    from: from.toISOString(),
    to: to.toISOString(),
    operations: Array.from({ length: operations }, (_, i) => {
      const [one, other] = [i % subgraphs, ((i % subgraphs) + 1) % subgraphs]
      const names = Array.from({ length: 4 }, (_unused, k) => `own${(i + k) % selectable}`)
      const selection = names.join(' ')
      return {
        signature: `signature-${i}`,
        name: `Operation${i}`,
        document: `query Operation${i}($id: ID!) { entity${one}(id: $id) { ${selection} to${other} { ${selection} } } }`,
        coordinates: [
          `Query.entity${one}`,
          `Query.entity${one}(id:)`,
          `Entity${one}.to${other}`,
          ...names.flatMap((name) => [`Entity${one}.${name}`, `Entity${other}.${name}`]),
        ],
        clients: [client],
      }
    }),
  }
}
