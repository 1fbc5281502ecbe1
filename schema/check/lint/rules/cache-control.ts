import { type Rule } from '../rule.ts'

export const cacheControl: Rule = {
  about: '`@cacheControl` is not on mutations: a write is never answered by a cache.',
  *check({ subgraphs }) {
    for (const { name: subgraph, types, mutation } of subgraphs) {
      const type = types.get(mutation)
      if (!type) continue
      const fields = [...type.fields.values()].map((field) => ({
        coordinate: `${mutation}.${field.name.value}`,
        field,
      }))
      for (const { coordinate, field } of [{ coordinate: mutation, field: type }, ...fields]) {
        const node = field.directives?.find(({ name }) => name.value === 'cacheControl')
        if (!node) continue
        const message = `${coordinate} has @cacheControl, but results of mutations are not cached.`
        yield { node, coordinate, subgraph, message, remedy: 'Remove the directive.' }
      }
    }
  },
}
