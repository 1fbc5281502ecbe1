import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql'

const FEDERATION = /^https:\/\/specs\.apollo\.dev\/federation\//

/**
 * Maps the name of a directive in this document to its name in the federation specification: `@link` may rename
 * (`import: [{ name: "@key", as: "@id" }]`) and directives that are not imported have a prefix (`@federation__key`).
 * Names without either are returned as they are.
 *
 * Source: https://specs.apollo.dev/link/v1.0/
 */
export function federationNames(document: DocumentNode): (name: string) => string {
  const renamed = new Map<string, string>()
  let prefix = 'federation__'
  for (const link of links(document)) {
    if (!FEDERATION.test(text(argument(link, 'url')))) continue
    const as = text(argument(link, 'as'))
    if (as !== '') prefix = `${as}__`
    const imports = argument(link, 'import')
    for (const item of imports?.kind === Kind.LIST ? imports.values : []) {
      if (item.kind !== Kind.OBJECT) continue
      const part = (name: string) => text(item.fields.find((field) => field.name.value === name)?.value)
      if (part('as') !== '') renamed.set(part('as').replace('@', ''), part('name').replace('@', ''))
    }
  }
  return (name) => renamed.get(name) ?? (name.startsWith(prefix) ? name.slice(prefix.length) : name)
}

function links({ definitions }: DocumentNode): ConstDirectiveNode[] {
  return definitions
    .filter(({ kind }) => kind === Kind.SCHEMA_DEFINITION || kind === Kind.SCHEMA_EXTENSION)
    .flatMap((node) => ('directives' in node ? (node.directives as readonly ConstDirectiveNode[]) : []))
    .filter(({ name }) => name.value === 'link')
}

export function argument(directive: ConstDirectiveNode, name: string): ConstValueNode | undefined {
  return directive.arguments?.find((candidate) => candidate.name.value === name)?.value
}

/** The text of a string literal. Empty if it is not one. */
export function text(value: ConstValueNode | undefined): string {
  return value?.kind === Kind.STRING ? value.value : ''
}
