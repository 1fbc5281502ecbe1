import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nameFault } from '../../subgraphs/users/domain/profile.ts'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import type { UsersSubgraph } from './users-client.ts'

type Data = { searchUsers: { nodes: { name: string }[] } | null }

/** A name, and texts that find it. */
const FOUND: [name: string, ...queries: string[]][] = [
  ['O’Neil', 'neil', "o'neil", 'O‘NEIL', 'o neil'],
  ['O´Brian', 'brian', "o'brian"],
  ['Kaʻiulani', 'iulani', 'ka’iulani'],
  ['Maria‑Anna', 'anna', 'maria-anna', 'Maria—Anna', 'maria anna'],
  ['«Боб»', 'боб', 'БОБ', '„Боб“'],
  ['Ivan…Petrov', 'petrov', 'ivan...petrov'],
  ['田中・太郎', '太郎', '田中', '田中･太郎'],
  ['「鈴木」', '鈴木'],
  ['مريم،نور', 'نور'],
  ['Zoë', 'zoe\u0308', 'ZOE\u0308', 'ZOË'],
  ['Andre\u0301', 'andré', 'ANDRÉ'],
  ['Straße', 'STRASSE', 'straße', 'stra'],
  [
    'İbrahim Işık',
    'ibrahim',
    'İBRAHİM',
    'IBRAHIM',
    'ıbrahım',
    'i\u0307brahim',
    'IŞIK',
    'ışık',
    'işık',
    'İŞİK',
  ],
  ['IBRAHIM', 'İbrahim', 'ibrahim'],
  ['Mi\u0307na', 'mina', 'MI\u0307NA'],
  ['Κώστας', 'ΚΏΣΤΑΣ', 'κώσ', 'ΚΏΣ', 'κώστασ'],
  ['Ｔａｋｅｏ', 'takeo', 'ｔａｋｅｏ'],
  ['한글', '\u1112\u1161\u11ab\u1100\u1173\u11af', '한'],
  ['\u1112\u1161\u11ab', '한'],
  ['山田太郎', '山田太郎', '山'],
  ['สมชาย', 'สมชาย', 'สม'],
  ['देवी', 'देवी', 'दे'],
  ['კახა', 'ᲙᲐᲮᲐ'],
  ['ﬁona', 'fiona', 'FIONA'],
  ['🦊', '🦊'],
  ['❤\ufe0f Ann', '❤', '❤\ufe0f'],
  ['👩\u200d💻', '👩\u200d💻', '👩'],
  ['x\u00ady', 'xy', 'x\u00ady'],
  ['Q', 'q', 'Q'],
  ['¿', '¿'],
  ['%_', '%_', '%'],
  [`'\\'`, `'\\'`, `'`],
  ['—', '—'],
  ['名'.repeat(100), '名'.repeat(100), '名'.repeat(51)],
  ['가'.repeat(100), '가'.repeat(100).normalize('NFD')],
]

describe('searching users by their names', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start()
    for (const [i, [name]] of FOUND.entries()) {
      await bed.database.query(
        `insert into users (id, handle, name, bio, created_at) values (gen_random_uuid(), $1, $2, '', now())`,
        [`zz_${i}`, name],
      )
    }
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const search = async (query: string) => {
    const text = 'query ($query: String!) { searchUsers(query: $query, first: 100) { nodes { name } } }'
    const { data, errors } = await users.call<Data>(text, { query })
    expect(errors, query).toBeUndefined()
    return data?.searchUsers?.nodes.map((user) => user.name)
  }

  it.each(FOUND)('finds %j', async (name, ...queries) => {
    for (const query of [name, name.normalize('NFC'), name.normalize('NFD'), ...queries]) {
      expect(await search(query), query).toContain(name)
    }
  })

  it('finds no user by punctuation alone unless a name contains it', async () => {
    for (const query of ['!', '’', '«»', '\\%', "''", '𝄞']) expect(await search(query), query).toEqual([])
  })

  it('finds every name by its own text, composed or decomposed, in upper and lower case', async () => {
    const graphemes = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const anything = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
    const punctuated = fc
      .array(
        fc.oneof(
          graphemes,
          fc.constantFrom("'", '’', ' ', '-', '‑', '\\', '%', '_', '´', '\u0301', '\u200d', '·'),
        ),
        {
          minLength: 1,
          maxLength: 8,
        },
      )
      .map((parts) => parts.join(''))
    const name = fc.oneof(graphemes, anything, punctuated).filter((text) => nameFault(text) === null)
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 200, maxLength: 200 }), async (names) => {
        const pairs = names.flatMap((each) => formsOf(each).map((form) => [each, form] as const))
        const { rows } = await bed.database.query(
          `select name, form, search_words(name) as words, search_words(form) as asked
           from unnest($1::text[], $2::text[]) as pair (name, form)
           where (array_to_tsvector(search_words(name)) @@ search_query(form)) is distinct from true
             and (form = name or unicode_assigned(form))`,
          [pairs.map(([each]) => each), pairs.map(([, form]) => form)],
        )
        expect(rows).toEqual([])
      }),
      { numRuns: 5, endOnFailure: true },
    )
  })
})

/**
 * The texts that a name is found by. Cases only where they map back and forth. Node can have a newer Unicode than
 * Postgres: a form with characters that Postgres does not know is left out by the statement.
 */
function formsOf(name: string): string[] {
  const forms = [name, name.normalize('NFD'), name.normalize('NFC')]
  const [upper, lower] = [name.toUpperCase(), name.toLowerCase()]
  if (upper.toLowerCase() === lower) forms.push(upper)
  if (lower.toUpperCase() === upper) forms.push(lower)
  return forms
}
