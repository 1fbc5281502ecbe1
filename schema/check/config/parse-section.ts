import { type z } from 'zod'

export type ParsedSection<Value> =
  | { ok: true; value: Value }
  /** `path` is that of the value in the section, such as `['exceptions', 0, 'until']`. */
  | { ok: false; faults: readonly { path: readonly PropertyKey[]; message: string }[] }

/**
 * Parses a section of a config. Reports all faults at once.
 *
 * @param known what follows the names of unknown keys, by the path of the object that has them
 */
export function parseSection<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  known: (path: readonly PropertyKey[]) => string = () => '',
): ParsedSection<Value> {
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return { ok: true, value: parsed.data }
  const faults = parsed.error.issues.map(({ path, message, ...issue }) => ({
    path,
    message: issue.code === 'unrecognized_keys' ? `unknown: ${issue.keys.join(', ')}${known(path)}` : message,
  }))
  return { ok: false, faults }
}
