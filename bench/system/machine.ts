import { cpus } from 'node:os'

/** What the figures depend on besides the code. */
export function machine() {
  const cores = cpus()
  return { node: process.version, cores: cores.length, cpu: cores[0]?.model.trim() ?? 'unknown' }
}
