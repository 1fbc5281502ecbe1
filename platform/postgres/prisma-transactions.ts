import { AsyncLocalStorage } from 'node:async_hooks'
import { PrismaPg } from '@prisma/adapter-pg'
import type { Pool } from 'pg'

/**
 * Runs SQL with `$1`, `$2`, … Texts must be constants: each is prepared once for every connection. Errors carry `code`, the
 * SQLSTATE. Values of json and timestamptz come as text.
 */
type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/** A transaction of Prisma that runs SQL as it is too: through Prisma's engine a statement costs 0.1 to 0.2 ms of CPU more. */
export type WithSql<Tx> = Tx & { sql: Sql }

type Transactions<Tx> = {
  $transaction<Result>(run: (tx: Tx) => Promise<Result>): Promise<Result>
}

type Connected = Awaited<ReturnType<PrismaPg['connect']>>
type Opened = Awaited<ReturnType<Connected['startTransaction']>>

/** Texts that are prepared at most, and how long they are: lists of values make a text for each length. */
const MAX_PREPARED = 256
const LONGEST_PREPARED = 4_000

/** Of the texts of all pools, as a connection knows a name by one text only. */
const names = new Map<string, string>()

/** Where the adapter leaves what the transaction that is being opened runs its SQL with. */
const opening = new AsyncLocalStorage<{ sql: Sql | null } | null>()

/** What Prisma reaches the database with. Its statements are prepared, and its transactions may be those of `withSql`. */
export function prismaAdapter(pool: Pool): PrismaPg {
  return new ReachableAdapter(pool, {
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

/** To pg, no name. */
const UNPREPARED = ''

/** Gives transactions of a client over `prismaAdapter` their `sql`. Once they have ended, it rejects. */
export function withSql<Tx extends object>(client: Transactions<Tx>): Transactions<WithSql<Tx>> {
  return {
    $transaction(run) {
      const opened: { sql: Sql | null } = { sql: null }
      return opening.run(opened, () =>
        client.$transaction((tx) => {
          const { sql } = opened
          if (!sql) throw new Error('the Prisma client was not made with `prismaAdapter`')
          opened.sql = null
          return opening.run(null, () => run(Object.create(tx, { sql: { value: sql } }) as WithSql<Tx>))
        }),
      )
    },
  }
}

class ReachableAdapter extends PrismaPg {
  override async connect(): Promise<Connected> {
    const adapter = await super.connect()
    const start = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolation) => {
      const transaction = await start(isolation)
      const opened = opening.getStore()
      if (opened) opened.sql = sqlOf(transaction)
      return transaction
    }
    return adapter
  }
}

/**
 * Prisma may end a transaction by itself: when it takes too long. What came after that would run outside of any
 * transaction, or in that of somebody else, and is refused.
 */
function sqlOf(transaction: Opened): Sql {
  const execute = transaction.executeRaw.bind(transaction)
  const release = {
    commit: transaction.commit.bind(transaction),
    rollback: transaction.rollback.bind(transaction),
  }
  let ended = false
  transaction.executeRaw = (query) => {
    ended ||= /^(commit|rollback(?! to ))/i.test(query.sql)
    return execute(query)
  }
  for (const end of ['commit', 'rollback'] as const) {
    transaction[end] = () => {
      ended = true
      return release[end]()
    }
  }
  return async (text, ...values) => {
    if (ended) throw new Error('the transaction has ended: it took too long, or its command went on after it')
    const argTypes = values.map(() => AS_IT_IS)
    const query = { sql: text, args: values, argTypes }
    const { columnNames, rows } = await transaction.queryRaw(query).catch((error: unknown) => {
      throw asPostgresSaysIt(error)
    })
    return rows.map((row) => Object.fromEntries(columnNames.map((name, i) => [name, row[i]]))) as never
  }
}

const AS_IT_IS = { scalarType: 'unknown', arity: 'scalar' } as const

/** The adapter names an error by a word of its own, and has what Postgres said in the cause. */
function asPostgresSaysIt(error: unknown): unknown {
  if (!(error instanceof Error && typeof error.cause === 'object' && error.cause !== null)) return error
  const { originalCode: code, originalMessage: message } = error.cause as Partial<Record<string, unknown>>
  if (typeof code !== 'string' || typeof message !== 'string') return error
  return Object.assign(new Error(message, { cause: error }), { code })
}
