import { registerHooks } from 'node:module'

/**
 * Lets another file stand in for a module of ours in this process: what a part of the system costs is told by leaving it
 * out, and nothing in the product needs a switch for that. For files that are loaded by `node --import`.
 *
 * @param path its end, from the project's folder
 * @param url of the file that exports the same names
 */
export function standIn(path: string, url: string): void {
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      return resolved.url.endsWith(`/${path}`) ? { ...resolved, url } : resolved
    },
  })
}
