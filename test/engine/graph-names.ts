import type { GraphModel } from './graph-model.ts'
import type { Random } from './random.ts'

/** Names under which an operation asks for the fields of a type, each for one field. */
export type Names = {
  of: (type: string, field: string) => string
  /** Then `__typename` may be the name of another field. */
  mixed: boolean
}

/** At times they are names of other fields of the type: of keys, of required ones, of whatever is about. */
export function makeNames(graph: GraphModel, random: Random): Names {
  const mixed = random.chance(50)
  const names = new Map<string, string>()
  for (const type of graph.types) {
    const fields = ['id', 'code', 'path', ...type.fields.map(({ name }) => name)]
    const left = [...fields, '__typename', 'client_id']
    for (const field of fields) {
      const name = mixed ? random.pick(left) : field
      left.splice(left.indexOf(name), 1)
      names.set(`${type.name}.${field}`, name)
    }
  }
  return { mixed, of: (type, field) => names.get(`${type}.${field}`) ?? field }
}
