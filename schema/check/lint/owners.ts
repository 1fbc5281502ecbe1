import { Kind } from 'graphql'
import { hasDirective, isDirective, type SubgraphModel, type TypeModel } from './model.ts'

/** The name of the owning subgraph, by the name of the entity type. */
export type Owners = ReadonlyMap<string, string>

/**
 * The owner of an entity, of the subgraphs that resolve it: the one with the most non-null fields outside the keys; of several,
 * the first. It is the subgraph that says whether an entity exists, which is why its fields may be non-null.
 *
 * @param known overrides the guess, by the name of the type
 */
export function ownersOf(
  subgraphs: readonly SubgraphModel[],
  known: Readonly<Record<string, string>> = {},
): Owners {
  const owners = new Map<string, { subgraph: string; fields: number }>()
  for (const { name, types } of subgraphs) {
    for (const type of types.values()) {
      if (!isResolvableEntity(type)) continue
      const fields = ownFields(type).filter((field) => field.type.kind === Kind.NON_NULL_TYPE).length
      const best = owners.get(type.name)
      if (!best || fields > best.fields) owners.set(type.name, { subgraph: name, fields })
    }
  }
  const guessed = [...owners].map(([type, { subgraph }]) => [type, subgraph] as const)
  return new Map([...guessed, ...Object.entries(known)])
}

/** The fields of an entity that the subgraph itself contributes: not its keys, and not `@external`. */
export function ownFields(type: TypeModel) {
  const keys = keyFieldsOf(type)
  return [...type.fields.values()].filter(
    (field) => !keys.has(field.name.value) && !hasDirective(field, 'external'),
  )
}

function isResolvableEntity(type: TypeModel): boolean {
  return keysOf(type).some(({ arguments: args = [] }) => {
    const resolvable = args.find(({ name }) => name.value === 'resolvable')?.value
    return resolvable?.kind !== Kind.BOOLEAN || resolvable.value
  })
}

/** The names at the top of the type's `@key` field sets: of `id organization { id }`, `id` and `organization`. */
function keyFieldsOf(type: TypeModel): Set<string> {
  const names = new Set<string>()
  for (const { arguments: args = [] } of keysOf(type)) {
    const fields = args.find(({ name }) => name.value === 'fields')?.value
    if (fields?.kind !== Kind.STRING) continue
    let text = fields.value
    while (/\{[^{}]*\}/.test(text)) text = text.replaceAll(/\{[^{}]*\}/g, ' ')
    for (const field of text.split(/[\s,]+/).filter(Boolean)) names.add(field)
  }
  return names
}

const keysOf = ({ directives }: TypeModel) => directives.filter((directive) => isDirective(directive, 'key'))
