import { readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'

/** Paths are relative to the package's folder. `target` is the link; `source` is the file that it points to. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * Creates the symbolic links that the package lists, if they are missing. Never fails: a link may already exist,
 * perhaps because another process created it first. The caller checks afterwards whether the programs run.
 */
export async function createLinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  await Promise.all(
    Links.parse(JSON.parse(text)).map(async ({ source, target }) => {
      await symlink(relative(dirname(target), source), join(folder, target)).catch(() => {})
    }),
  )
}
