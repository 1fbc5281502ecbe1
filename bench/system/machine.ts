import { cpus } from 'node:os'

/** The properties of the machine that affect the figures. */
export function machine() {
  const cores = cpus()
  return { node: process.version, cores: cores.length, cpu: cores[0]?.model.trim() ?? 'unknown' }
}
