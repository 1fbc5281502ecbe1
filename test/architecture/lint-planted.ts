import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { root } from '../../platform/root.ts'

/** Source text by path, relative to the project's folder. */
export type Planted = ReadonlyMap<string, string>
export type Finding = { path: string; rule: string; message: string }

const Report = z.object({
  diagnostics: z.array(z.object({ filename: z.string(), code: z.string().default(''), message: z.string() })),
})

/** Runs the linter with the project's rules on files in an otherwise empty copy of the project, and returns its findings. */
export async function lintPlanted(files: Planted): Promise<Finding[]> {
  const house = await realpath(await mkdtemp(join(tmpdir(), 'tessera-house-')))
  try {
    await symlink(join(root, 'node_modules'), join(house, 'node_modules'))
    for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json']) {
      await copyFile(join(root, file), join(house, file))
    }
    for (const name of await readdir(join(root, 'subgraphs'))) {
      await mkdir(join(house, 'subgraphs', name), { recursive: true })
    }
    for (const [path, text] of files) {
      await mkdir(dirname(join(house, path)), { recursive: true })
      await writeFile(join(house, path), text)
    }
    const { diagnostics } = Report.parse(JSON.parse(await oxlint(house, [...files.keys()])))
    return diagnostics.map(({ filename, code, message }) => ({ path: filename, rule: code, message }))
  } finally {
    await rm(house, { recursive: true, force: true })
  }
}

/** The exit code is ignored: it only indicates that there are findings. */
function oxlint(folder: string, files: readonly string[]): Promise<string> {
  const bin = join(createRequire(import.meta.url).resolve('oxlint/package.json'), '../bin/oxlint')
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [bin, '-f', 'json', ...files], { cwd: folder }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(stdout)
      else reject(new Error(`oxlint did not run: ${stdout}${stderr}`, { cause: error }))
    })
  })
}
