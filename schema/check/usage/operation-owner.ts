import { TokenKind, type OperationDefinitionNode } from 'graphql'

const OWNER = /^\s*@owner\s+(\S.*?)\s*$/

/**
 * The owner of an operation: the nearest comment `# @owner <team>` above it in its file. So one at the head of a file
 * names the owner of all operations in the file, and one between operations the owner of those below it.
 */
export function ownerOf({ loc }: OperationDefinitionNode): string | null {
  for (let token = loc?.startToken.prev; token; token = token.prev) {
    const owner = token.kind === TokenKind.COMMENT && OWNER.exec(token.value)?.[1]
    if (owner) return owner
  }
  return null
}
