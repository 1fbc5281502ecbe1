import { randomBytes } from 'node:crypto'
import { escapeIdentifier } from 'pg'
import { services, type Service } from '../../../../contracts/topology.ts'
import { bumpEpoch } from '../../../../patterns/change-log/index.ts'
import { systemClock } from '../../../../platform/clock.ts'
import { STRATEGY } from '../../../support/backups.ts'
import { connect, sqlOf } from '../../support/sessions.ts'
import { asSuperuser, retry, pause, type Nemesis, type ChaosSystem } from '../nemesis.ts'
import { TERMINATE } from './postgres.ts'

/** A copy of the whole database without any connections, as `createdb --template` requires. */
async function backUp(system: ChaosSystem, database: Service): Promise<void> {
  // The judge identifies backups by name, including failed ones.
  const backup = `backup_of_${database}_${randomBytes(4).toString('hex')}`
  await system.ledger.write({ at: 'backup', phase: 'begun', database, backup, time: systemClock() })
  await alone(system, database, async (statements) => {
    await statements([
      `drop database if exists ${backup} with (force)`,
      `create database ${backup} template tessera_${database} owner tessera_${database} ${STRATEGY}`,
    ])
  })
  await system.ledger.write({ at: 'backup', phase: 'done', database, backup, time: systemClock() })
  const before = system.backups.get(database)
  system.backups.set(database, backup)
  if (before !== undefined) await drop(system, before)
}

/** Restores the last backup of a database. Its epoch is raised before or after connections are allowed again. */
async function putBack(system: ChaosSystem, database: Service, backup: string, late: boolean): Promise<void> {
  const name = escapeIdentifier(`tessera_${database}`)
  await system.ledger.write({ at: 'restore', phase: 'begun', database, backup, time: systemClock() })
  system.generations[database]++
  await alone(system, database, async (statements) => {
    await statements([
      `drop database if exists ${name} with (force)`,
      `create database ${name} template ${backup} owner ${name} ${STRATEGY}`,
    ])
    if (!late) await raiseEpoch(system, database)
  })
  if (late) {
    await pause(2_000)
    await raiseEpoch(system, database)
  }
  await system.ledger.write({ at: 'restore', phase: 'done', database, backup, time: systemClock() })
  system.generations[database]++
}

export const restored: Nemesis = async (system, random) => {
  const database = random.pick(services)
  const late = random.chance(0.5)
  const backup = system.backups.get(database)
  if (backup === undefined) return `${database} has no backup`
  await putBack(system, database, backup, late)
  return `${database} restored from its backup, its epoch raised ${late ? 'while services wrote' : 'before services came back'}`
}

export const backedUp: Nemesis = async (system, random) => {
  const database = random.pick(services)
  await backUp(system, database)
  return `${database} backed up`
}

export async function backUpAll(system: ChaosSystem): Promise<void> {
  for (const service of services) await backUp(system, service)
}

type Statements = (texts: readonly string[]) => Promise<void>

/** Runs while no other connections to a database exist. */
async function alone(
  { servers }: ChaosSystem,
  database: Service,
  run: (statements: Statements) => Promise<void>,
): Promise<void> {
  const proxy = servers.proxies.databases[database]
  proxy.set({ kind: 'refuse' })
  proxy.cut()
  const statements: Statements = (texts) =>
    retry(() =>
      asSuperuser(servers.postgres.url, async (client) => {
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

/** Like `log epoch bump`. */
async function raiseEpoch({ servers }: ChaosSystem, database: Service): Promise<void> {
  await retry(async () => {
    const client = await connect(servers.databaseUrls[database])
    try {
      await bumpEpoch(sqlOf(client))
    } finally {
      await client.end()
    }
  })
}

async function drop({ servers }: ChaosSystem, name: string): Promise<void> {
  await retry(() =>
    asSuperuser(servers.postgres.url, (client) =>
      client.query(`drop database if exists ${name} with (force)`),
    ),
  )
}
