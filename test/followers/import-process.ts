import { Pool } from 'pg'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { importChunk } from '../../subgraphs/followers/import/import-chunk.ts'

/** Imports older relations of the database of the first argument, and sends the number of pairs after each chunk. */
const pool = new Pool({ connectionString: process.argv[2] })
const { transact } = pooledSql(pool)
for (let step = await importChunk(transact); step.kind === 'imported'; step = await importChunk(transact))
  process.send?.(step.pairs)
await pool.end()
process.disconnect?.()
