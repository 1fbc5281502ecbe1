import { createHash } from 'node:crypto'
import { Kind, type DocumentNode } from 'graphql'
import { bodyOf } from './operation-body.ts'
import { type TrustedOperation } from './trusted-operations.ts'

/**
 * The persisted-query manifest of operations, as text. The id is the SHA-256 of the body, in hexadecimal digits, which automatic
 * persisted queries use, too. The body is printed like that of Apollo's `generate-persisted-query-manifest`: the operation,
 * then its fragments by name. It adds no `__typename`.
 */
export function manifestOf(operations: readonly TrustedOperation[]): string {
  const entries = operations.map(({ name, document }) => {
    const body = bodyOf(document)
    const id = createHash('sha256').update(body).digest('hex')
    return { id, name, type: typeOf(document), body }
  })
  const manifest = {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}

function typeOf({ definitions }: DocumentNode): string {
  return definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)?.operation ?? 'query'
}
