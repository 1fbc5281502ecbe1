import {
  Kind,
  print,
  stripIgnoredCharacters,
  type ConstArgumentNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type SelectionSetNode,
} from 'graphql'
import {
  argumentOf,
  hasFields,
  namedType,
  parseFieldSet,
  withTypes,
  type FieldsNode,
} from './supergraph-document.ts'

/** The field and the arguments that an alias stands for. */
export type RequiresAlias = { field: string; arguments: FieldNode['arguments'] }

/** Requires aliases by name. */
export type RequiresAliases = ReadonlyMap<string, RequiresAlias>

/**
 * Adds *requires aliases* to a supergraph. A requires alias stands for a field with the arguments that a @requires gives it. It
 * is a field without arguments, with a unique name, in the same subgraphs. The @requires then use the names of the aliases.
 *
 * Apollo's planner keeps only one field of each name in a fetch. A client's field and a @requires, or two @requires, would
 * silently get each other's arguments. It does not mix up fields with different names. Its plans contain the aliases, which
 * `removeRequiresAliases` replaces again.
 *
 * @returns the supergraph for the planner. Clients never see the aliases.
 */
export function addRequiresAliases(document: DocumentNode): {
  document: DocumentNode
  aliases: RequiresAliases
} {
  const types = new Map(document.definitions.filter(hasFields).map((type) => [type.name.value, type]))
  const aliases = new Map<string, RequiresAlias>()
  const names = new Map<string, string>()
  /** For each type, the aliases to add and the fields that they copy. */
  const added = new Map<string, Map<string, string>>()
  const taken = new Set(
    [...types.values()].flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)),
  )

  function aliasOf(type: FieldsNode, { name: { value: field }, arguments: args }: FieldNode): string {
    const call = `${field}(${(args ?? []).map(print).toSorted().join(',')})`
    const name = names.get(call) ?? freeName(`${field}__requires`, taken)
    names.set(call, name)
    taken.add(name)
    aliases.set(name, { field, arguments: args })
    for (const each of [type, ...implementing(type, types)]) {
      const fields = added.get(each.name.value) ?? new Map<string, string>()
      added.set(each.name.value, fields.set(name, field))
    }
    return name
  }

  function rewrite(set: SelectionSetNode, typeName: string): SelectionSetNode {
    const type = types.get(typeName)
    const selections = set.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value ?? typeName
        return { ...selection, selectionSet: rewrite(selection.selectionSet, condition) }
      }
      const field = type?.fields?.find(({ name }) => name.value === selection.name.value)
      if (!type || !field) return selection
      const inner = selection.selectionSet && rewrite(selection.selectionSet, namedType(field.type))
      const nested = inner ? { ...selection, selectionSet: inner } : selection
      if (!field.arguments?.length) return nested
      const name = { kind: Kind.NAME, value: aliasOf(type, selection) } as const
      return { ...nested, name, arguments: [] }
    })
    return { ...set, selections }
  }

  const rewritten = withTypes(document, (type) => ({
    ...type,
    fields: (type.fields ?? []).map((field) =>
      withRequires(field, (requires) => {
        const set = rewrite(parseFieldSet(requires), type.name.value)
        return stripIgnoredCharacters(print(set)).slice(1, -1)
      }),
    ),
  }))
  if (aliases.size === 0) return { document, aliases }
  const complete = withTypes(rewritten, (type) => ({
    ...type,
    fields: [...(type.fields ?? []), ...copies(type, added.get(type.name.value))],
  }))
  return { document: complete, aliases }
}

function implementing(type: FieldsNode, types: ReadonlyMap<string, FieldsNode>): FieldsNode[] {
  if (type.kind === Kind.OBJECT_TYPE_DEFINITION) return []
  return [...types.values()].filter(({ interfaces = [] }) =>
    interfaces.some(({ name }) => name.value === type.name.value),
  )
}

function freeName(start: string, taken: ReadonlySet<string>): string {
  let number = 0
  while (taken.has(`${start}${number}`)) number++
  return `${start}${number}`
}

function withRequires(field: FieldDefinitionNode, change: (requires: string) => string): FieldDefinitionNode {
  const directives = field.directives?.map((directive) => {
    const requires = directive.name.value === 'join__field' && argumentOf(directive, 'requires')
    if (!requires) return directive
    const args = directive.arguments?.map((argument): ConstArgumentNode => {
      if (argument.name.value !== 'requires') return argument
      return { ...argument, value: { kind: Kind.STRING, value: change(requires) } }
    })
    return { ...directive, arguments: args ?? [] }
  })
  return { ...field, directives: directives ?? [] }
}

function copies(type: FieldsNode, aliases: ReadonlyMap<string, string> = new Map()): FieldDefinitionNode[] {
  return [...aliases].flatMap(([value, original]) => {
    const field = type.fields?.find(({ name }) => name.value === original)
    return field ? { ...field, name: { kind: Kind.NAME, value }, arguments: [] } : []
  })
}
