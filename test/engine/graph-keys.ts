import type { Random } from './random.ts'

/** A key of an entity type in one subgraph. */
export type KeyModel = { fields: string; resolvable: boolean }

/** All say the same: `code` and `path` follow from the id. */
export const KEY_FIELDS = { id: 'ID!', code: 'ID!', path: 'Path!' } as const
export type KeyField = keyof typeof KEY_FIELDS

const KEYS = ['code', 'path { one two }', 'id code', 'id path { two }', 'code path { one }']

/** At times a subgraph knows its entities by several keys, compound and nested ones, and resolves only some. */
export function makeKeys(random: Random): KeyModel[] {
  if (random.chance(65)) return [{ fields: 'id', resolvable: true }]
  const keys = new Set(random.chance(60) ? ['id'] : [])
  for (let i = 1 + random.int(2); i > 0; i--) keys.add(random.pick(KEYS))
  const models = [...keys].map((fields) => ({ fields, resolvable: random.chance(65) }))
  const resolved = random.int(models.length)
  // Keys that cannot be resolved come first: Apollo's planner likes the first.
  return models
    .map((key, i) => ({ ...key, resolvable: key.resolvable || i === resolved }))
    .toSorted((a, b) => Number(a.resolvable) - Number(b.resolvable))
}

/** Fields that are in some of the keys, or all. `id` is everywhere: every type has it by its interface. */
export function keyFields(keys: readonly KeyModel[], all: boolean): KeyField[] {
  const names = Object.keys(KEY_FIELDS) as KeyField[]
  const used = keys.flatMap(({ fields }) => fields.split(' '))
  return names.filter((name) => all || name === 'id' || used.includes(name))
}

/** Those that some subgraph has. */
export function shownKeyFields({ known }: { known: Readonly<Record<string, KeyField[]>> }): KeyField[] {
  return [...new Set(Object.values(known).flat())]
}

/** What the key fields of an entity are. */
export function keyValue(field: KeyField, id: string): unknown {
  if (field === 'path') return { one: `o${id}`, two: `t${id}` }
  return field === 'id' ? id : `c${id}`
}

type Representation = { id?: string; code?: string; path?: { one?: string; two?: string } }

/** The id that a representation means, if it has a key that can be resolved. */
export function idOf(keys: readonly KeyModel[], { id, code, path = {} }: Representation): string | null {
  const known: Record<string, string | undefined> = {
    id,
    code: code?.slice(1),
    one: path.one?.slice(1),
    two: path.two?.slice(1),
  }
  for (const { fields, resolvable } of keys) {
    const found = new Set((fields.match(/\b(id|code|one|two)\b/g) ?? []).map((name) => known[name]))
    const [first] = found
    if (resolvable && found.size === 1 && first !== undefined) return first
  }
  return null
}
