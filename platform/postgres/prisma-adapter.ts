import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool } from 'pg'

/** Maximum number and length of prepared texts. Both are limited, because a list of values gives a new text per length. */
const MAX_PREPARED = 256
const LONGEST_PREPARED = 4_000

/** Names by text, shared by all pools, because a name may stand for only one text on a connection. */
const names = new Map<string, string>()

/** pg treats this as a missing name. */
const UNPREPARED = ''

/** Connects Prisma to the database. Statements are prepared, which saves a third to a half of their cost in Postgres. */
export function prismaAdapter(pool: Pool): PrismaPg {
  return new PrismaPg(pool, {
    statementNameGenerator({ sql, args }) {
      if (args.length === 0) return UNPREPARED
      const known = names.get(sql)
      if (known !== undefined) return known
      if (names.size >= MAX_PREPARED || sql.length > LONGEST_PREPARED) return UNPREPARED
      const name = `prisma_${names.size}`
      names.set(sql, name)
      return name
    },
  })
}
