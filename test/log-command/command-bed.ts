import { afterAll, beforeAll, expect } from 'vitest'
import type { LogReport } from '../../cli/log/status/report.ts'
import { openAuthorsBed, type AuthorsBed } from '../posts/authors-bed.ts'
import { person, type Person } from '../posts/person.ts'
import { startOwnSystem, type OwnSystem, type OwnSystemOptions } from '../support/own-system.ts'
import { environmentOf, runLog, type Ended } from './run-log.ts'

type Status = { ok: boolean; databases: LogReport[]; code: number | null }

/** A system for the tests of one file, and the command beside it. */
export type CommandBed = {
  readonly system: OwnSystem
  readonly databases: AuthorsBed
  someone(name: string): Promise<Person>
  log(...args: string[]): Promise<Ended>
  status(): Promise<Status>
  allWell(): Promise<void>
  /** What has to be done about a database. */
  needs(database: string): Promise<string>
}

export function commandBed(options: OwnSystemOptions = {}): CommandBed {
  let system: OwnSystem
  let databases: AuthorsBed
  beforeAll(async () => {
    system = await startOwnSystem(options)
    databases = await openAuthorsBed(system)
  })
  afterAll(async () => {
    await databases[Symbol.asyncDispose]()
    await system[Symbol.asyncDispose]()
  })
  const log = (...args: string[]) => runLog(args, environmentOf(system))
  const status = async (): Promise<Status> => {
    const { code, out, err } = await log('status', '--json')
    if (out.length === 0) throw new Error(`status printed nothing, but ended with ${code}: ${err.join('\n')}`)
    return { ...JSON.parse(out.join('\n')), code }
  }
  return {
    get system() {
      return system
    },
    get databases() {
      return databases
    },
    someone: (name) => person(name, system.gatewayUrl),
    log,
    status,
    async allWell() {
      await expect.poll(status).toMatchObject({ ok: true, code: 0 })
    },
    async needs(database) {
      const report = (await status()).databases.find((one) => one.database === database)
      return report?.needs.join('\n') ?? ''
    },
  }
}
