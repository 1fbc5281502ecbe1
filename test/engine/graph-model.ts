import type { Random } from './random.ts'

const SCALARS = ['Int', 'String', 'Boolean', 'Color'] as const
const COMPOSITES = ['ref', 'refs', 'any', 'anys', 'value'] as const
export type FieldKind = (typeof SCALARS)[number] | (typeof COMPOSITES)[number]

export type FieldModel = {
  name: string
  /** `ref(s)`: entities of `target`; `any(s)`: of any type, by the union; `value`: the shared value type. */
  kind: FieldKind
  target: string
  nonNull: boolean
  /** Has an argument `n: Int = 3`, which the value depends on. */
  argument: boolean
  /** Subgraphs that resolve it. */
  owners: string[]
  /** Throws for some entities. */
  throws: boolean
  /** Name of the field of another subgraph that its value depends on. */
  requires: string | null
}

export type GraphModel = {
  subgraphs: string[]
  types: { name: string; fields: FieldModel[] }[]
}

export function isComposite({ kind }: FieldModel): boolean {
  return COMPOSITES.some((composite) => composite === kind)
}

/** Two to four subgraphs that share two to four entity types, each field of which one or two of them resolve. */
export function makeGraph(random: Random): GraphModel {
  const subgraphs = ['s0', 's1', 's2', 's3'].slice(0, 2 + random.int(3))
  const names = ['A', 'B', 'C', 'D'].slice(0, 2 + random.int(3))
  const types = names.map((name) => {
    const fields: FieldModel[] = []
    for (let i = 3 + random.int(5); i > 0; i--) fields.push(makeField(random, subgraphs, names, fields))
    return { name, fields }
  })
  return { subgraphs, types }
}

function makeField(
  random: Random,
  subgraphs: readonly string[],
  types: readonly string[],
  earlier: readonly FieldModel[],
): FieldModel {
  const kind = random.pick([...SCALARS, 'String', ...COMPOSITES, 'ref', 'refs'] as const)
  const owner = random.pick(subgraphs)
  const owners = random.chance(20) ? [...new Set([owner, random.pick(subgraphs)])] : [owner]
  const scalar = SCALARS.some((name) => name === kind)
  const candidates = earlier.filter((field) => canBeRequired(field) && !field.owners.includes(owner))
  const requires =
    scalar && owners.length === 1 && candidates.length > 0 && random.chance(30)
      ? random.pick(candidates).name
      : null
  return {
    name: `f${earlier.length}`,
    kind,
    target: random.pick(types),
    nonNull: random.chance(35),
    argument: random.chance(25) && !requires,
    owners,
    throws: random.chance(6) && !requires,
    requires,
  }
}

/** Plain enough that a plain schema, in which nothing is fetched in between, means the same by it. */
function canBeRequired({ kind, argument, requires, throws, nonNull, owners }: FieldModel): boolean {
  const plain = kind === 'Int' || kind === 'String' || kind === 'Boolean'
  return plain && !argument && !requires && !throws && !nonNull && owners.length === 1
}
