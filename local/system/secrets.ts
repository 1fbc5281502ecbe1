import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { madeBefore } from '../postgres/home.ts'

const Secrets = z.object({
  /** Signs the internal header; see platform/internal-auth.ts. */
  internal: z.string().min(32),
  /** Of the embedded Postgres' superuser. */
  superuser: z.string().min(16),
  /** Of the services' database roles. */
  users: z.string().min(16),
  posts: z.string().min(16),
  followers: z.string().min(16),
  /** Of the Redis that the supervisor starts. */
  redis: z.string().min(16),
})

export type Secrets = z.output<typeof Secrets>

/** New secrets, safe in a URL. @param random returns as many random bytes as asked for */
export function makeSecrets(random: (bytes: number) => Buffer): Secrets {
  const secret = () => random(32).toString('base64url')
  return {
    internal: secret(),
    superuser: secret(),
    users: secret(),
    posts: secret(),
    followers: secret(),
    redis: secret(),
  }
}

/**
 * Reads `secrets.json` of the data folder, or makes it, readable by its owner alone.
 *
 * @throws UserFacingError when it is there and not right, or not there while the databases made with it are
 */
export async function keepSecrets(dataDir: string, random: (bytes: number) => Buffer): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text !== null) return parse(file, text)
  const databases = await madeBefore(dataDir)
  if (databases !== null)
    throw new UserFacingError(
      `${file} is missing, the key to the databases in ${databases}. ${restore(dataDir)}`,
    )
  const secrets = makeSecrets(random)
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return secrets
}

function parse(file: string, text: string): Secrets {
  try {
    return Secrets.parse(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : String(error)
    throw new UserFacingError(`${file} cannot be read: ${reason}. ${restore(dirname(file))}`)
  }
}

function restore(dataDir: string): string {
  return `Restore it from a backup: without it the databases stay locked. \
To start with empty ones, move the whole folder ${dataDir} away.`
}
