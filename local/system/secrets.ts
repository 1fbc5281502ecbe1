import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { databases, forDatabases } from '../../contracts/topology.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { madeBefore } from '../postgres/home.ts'

const secret = z.string().min(16)

const Secrets = z.object({
  /** Signs the internal header; see platform/internal-auth.ts. */
  internal: z.string().min(32),
  /** Password of the superuser of the embedded Postgres. */
  superuser: secret,
  /** Password of the Redis that the supervisor starts. */
  redis: secret,
  /** Passwords of the roles that own the databases. */
  ...forDatabases(() => secret),
})

export type Secrets = z.output<typeof Secrets>

type Random = (bytes: number) => Buffer

/** Generates secrets that are safe in a URL. @param random returns the requested number of random bytes */
export function makeSecrets(random: Random): Secrets {
  const make = () => random(32).toString('base64url')
  return { internal: make(), superuser: make(), redis: make(), ...forDatabases(make) }
}

/**
 * Reads `secrets.json` of the data folder, or creates it, readable by its owner only. Databases added in a later
 * version get a password here; their role gets it when the database is created.
 *
 * @throws UserFacingError if the file is invalid, or is missing although databases that use it exist
 */
export async function keepSecrets(dataDir: string, random: Random): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text !== null) return complete(file, text, random)
  const existing = await madeBefore(dataDir)
  if (existing !== null)
    throw new UserFacingError(
      `${file} is missing. It has the passwords of the databases in ${existing}. ${restore(dataDir)}`,
    )
  const secrets = makeSecrets(random)
  return write(file, secrets)
}

async function complete(file: string, text: string, random: Random): Promise<Secrets> {
  const { given, missing } = parse(file, text)
  const made = makeSecrets(random)
  const secrets = { ...given, ...Object.fromEntries(missing.map((name) => [name, made[name]])) } as Secrets
  return missing.length > 0 ? write(file, secrets) : secrets
}

async function write(file: string, secrets: Secrets): Promise<Secrets> {
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return secrets
}

function parse(file: string, text: string) {
  try {
    const given = Secrets.partial(forDatabases(() => true as const)).parse(JSON.parse(text))
    return { given, missing: databases.filter((name) => given[name] === undefined) }
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : String(error)
    throw new UserFacingError(`${file} cannot be read: ${reason}. ${restore(dirname(file))}`)
  }
}

function restore(dataDir: string): string {
  return `Restore it from a backup. Without it, the databases cannot be used. \
To start with empty ones, move the whole folder ${dataDir} away.`
}
