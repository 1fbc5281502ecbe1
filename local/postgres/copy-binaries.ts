import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createLinks } from './links.ts'
import { requireOwnFolder, sharedFolder } from './shared-folder.ts'

/**
 * Copies the package of Postgres programs to a folder that every user can enter. Everybody can read the copy; only we
 * can write to it. All projects of a user share one copy. If two processes copy at the same time, the second one uses
 * the first one's copy.
 *
 * @returns the folder that holds the copy
 */
export async function copyPackage(folder: string, version: string): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const parent = await sharedFolder()
  const copy = join(parent, `tessera-postgres-${version}-${process.platform}-${process.arch}-${uid}`)
  if (await exists(copy)) {
    await requireOwnFolder(copy, uid)
    return copy
  }
  const draft = await mkdtemp(`${copy}.`)
  try {
    await mkdir(join(draft, 'native'))
    const wanted = (source: string) => !source.endsWith('.a')
    await cp(join(folder, 'native'), join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: wanted,
    })
    await createLinks(draft)
    await openToReaders(draft)
    await rename(draft, copy)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(copy))) throw error
  }
  await requireOwnFolder(copy, uid)
  return copy
}

/** With a strict umask, npm creates files that only their owner can read. */
async function openToReaders(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
