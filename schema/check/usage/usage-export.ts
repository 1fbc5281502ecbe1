import { z } from 'zod'

const Instant = z.iso.datetime({ error: 'expected a time such as 2026-11-30T12:00:00.000Z' })

/** The use of one operation by one version of a client. */
const ClientUse = z.object({
  /** The header `apollographql-client-name`. Null if the client does not send it. */
  name: z.string().nullable(),
  /** The header `apollographql-client-version`. Null if the client does not send it. */
  version: z.string().nullable(),
  /** Number of requests. */
  count: z.int().min(1),
  lastUsed: Instant,
})

const OperationUse = z.object({
  /** Equal for texts that differ only in literal values, aliases, white space and the order of selections and arguments. */
  signature: z.string(),
  name: z.string().nullable(),
  /**
   * The operation without literal values, as normalised text. It has no aliases, so it may violate the rule that equal names
   * in a response must not conflict.
   */
  document: z.string(),
  /**
   * Schema coordinates: fields `User.bio`, arguments `Query.user(handle:)`, input fields `CreatePostInput.text`, enum values
   * `PostFilter.ALL`. Those of input fields and enum values also come from variables.
   */
  coordinates: z.array(z.string()).readonly(),
  clients: z.array(ClientUse).readonly(),
})

const Gap = z.object({ from: Instant, to: Instant, reason: z.string() })

const UsageExport = z.object({
  version: z.literal(1, 'expected 1: use the export of the same version of Tessera'),
  /** The recording covers the window from here to `to`. Earlier uses may be listed, but others may be missing. */
  from: Instant,
  to: Instant,
  operations: z.array(OperationUse).readonly(),
  /** Times without a complete recording. Those after `from` are short: see docs/gateway.md. Absent if there are none. */
  gaps: z.array(Gap).readonly().optional(),
})

/** What `npm run schema:usage -- export --json` prints, and `npm run schema:check -- --usage FILE` reads. */
export type UsageExport = z.output<typeof UsageExport>

/**
 * Reads the JSON of an export.
 *
 * @param file its name, for messages
 * @returns the export, or one line for each fault
 */
export function readUsageExport(json: string, file: string): UsageExport | { faults: readonly string[] } {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    return {
      faults: [`${file} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`],
    }
  }
  const parsed = UsageExport.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${file}: ${path.join('.') || '(top)'}: ${message}`,
  )
  return { faults }
}
