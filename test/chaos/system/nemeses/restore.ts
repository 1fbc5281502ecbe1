import { randomBytes } from 'node:crypto'
import { escapeIdentifier } from 'pg'
import { services, type Service } from '../../../../contracts/topology.ts'
import { bumpEpoch } from '../../../../patterns/change-log/index.ts'
import { connect, sqlOf } from '../../support/sessions.ts'
import { asSuperuser, insist, pause, type Nemesis, type Stage } from '../stage.ts'
import { TERMINATE } from './postgres.ts'

/**
 * The other strategy, `wal_log`, copies a sequence with the numbers that are logged ahead of it: after a crash, Postgres
 * gives those out again.
 */
const STRATEGY = 'strategy file_copy'

/** A copy of the whole database, while nobody is connected to it: what `createdb --template` wants. */
async function backUp(stage: Stage, database: Service): Promise<void> {
  // The judge tells backups by their names, also one that came to nothing.
  const backup = `backup_of_${database}_${randomBytes(4).toString('hex')}`
  await stage.ledger.write({ at: 'backup', phase: 'begun', database, backup })
  await alone(stage, database, async (statements) => {
    await statements([
      `drop database if exists ${backup} with (force)`,
      `create database ${backup} template tessera_${database} owner tessera_${database} ${STRATEGY}`,
    ])
  })
  await stage.ledger.write({ at: 'backup', phase: 'done', database, backup })
  const before = stage.backups.get(database)
  stage.backups.set(database, backup)
  if (before !== undefined) await drop(stage, before)
}

/** Puts the last backup in the place of a database; its epoch is raised before anybody gets in again, or after. */
async function putBack(stage: Stage, database: Service, backup: string, late: boolean): Promise<void> {
  const name = escapeIdentifier(`tessera_${database}`)
  await stage.ledger.write({ at: 'restore', phase: 'begun', database, backup })
  stage.generations[database]++
  await alone(stage, database, async (statements) => {
    await statements([
      `drop database if exists ${name} with (force)`,
      `create database ${name} template ${backup} owner ${name} ${STRATEGY}`,
    ])
    if (!late) await raiseEpoch(stage, database)
  })
  if (late) {
    await pause(2_000)
    await raiseEpoch(stage, database)
  }
  await stage.ledger.write({ at: 'restore', phase: 'done', database, backup })
  stage.generations[database]++
}

export const restored: Nemesis = async (stage, random) => {
  const database = random.pick(services)
  const late = random.chance(0.5)
  const backup = stage.backups.get(database)
  if (backup === undefined) return `${database} has no backup`
  await putBack(stage, database, backup, late)
  return `${database} restored from its backup, its epoch raised ${late ? 'while services wrote' : 'before services came back'}`
}

export const backedUp: Nemesis = async (stage, random) => {
  const database = random.pick(services)
  await backUp(stage, database)
  return `${database} backed up`
}

export async function backUpAll(stage: Stage): Promise<void> {
  for (const service of services) await backUp(stage, service)
}

type Statements = (texts: readonly string[]) => Promise<void>

/** Nobody else is connected to a database meanwhile. */
async function alone(
  { ground }: Stage,
  database: Service,
  run: (statements: Statements) => Promise<void>,
): Promise<void> {
  const proxy = ground.proxies.databases[database]
  proxy.set({ kind: 'refuse' })
  proxy.cut()
  const statements: Statements = (texts) =>
    insist(() =>
      asSuperuser(ground.postgres.url, async (client) => {
        await client.query(TERMINATE, [`tessera_${database}`])
        for (const text of texts) await client.query(text)
      }),
    )
  try {
    await run(statements)
  } finally {
    proxy.set({ kind: 'pass' })
  }
}

/** As `log epoch bump` does. */
async function raiseEpoch({ ground }: Stage, database: Service): Promise<void> {
  await insist(async () => {
    const client = await connect(ground.databaseUrls[database])
    try {
      await bumpEpoch(sqlOf(client))
    } finally {
      await client.end()
    }
  })
}

async function drop({ ground }: Stage, name: string): Promise<void> {
  await insist(() =>
    asSuperuser(ground.postgres.url, (client) =>
      client.query(`drop database if exists ${name} with (force)`),
    ),
  )
}
