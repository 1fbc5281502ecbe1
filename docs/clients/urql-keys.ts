import type { IntrospectionQuery } from 'graphql'

/**
 * For graphcache's `keys`: types without an `id` are part of the object above them.
 *
 * @param introspection the same as for graphcache's `schema`
 */
export function embeddedKeys({ __schema }: IntrospectionQuery): Record<string, () => null> {
  const embedded = __schema.types.filter(
    (type) => type.kind === 'OBJECT' && !type.fields.some(({ name }) => name === 'id'),
  )
  const roots = [__schema.queryType.name, __schema.mutationType?.name]
  return Object.fromEntries(
    embedded
      .filter(({ name }) => !name.startsWith('__') && !roots.includes(name))
      .map(({ name }) => [name, () => null]),
  )
}
