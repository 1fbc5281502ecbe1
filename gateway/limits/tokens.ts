import { GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import { limitExceeded, type Limits } from './limits.ts'

/** Maximum nesting. With a large margin, graphql-js parses and validates it without overflowing the stack. */
const STACK_SAFE = 1_000

/**
 * Counts tokens and nested brackets without parsing: the parser is recursive, and a few thousand nested brackets overflow its
 * stack. Stops when a limit is exceeded. Syntax errors are left to the parser.
 */
export function checkTokens(text: string, { tokens, depth }: Limits): GraphQLError | null {
  const maxNesting = Math.min(10 * depth + 50, STACK_SAFE)
  const lexer = new Lexer(new Source(text))
  let nesting = 0
  try {
    for (let count = 0; lexer.advance().kind !== TokenKind.EOF; count++) {
      if (count === tokens) return limitExceeded('tokens', null, tokens)
      nesting += step(lexer.token.kind)
      if (nesting > maxNesting) return limitExceeded('nesting', null, maxNesting)
    }
    return null
  } catch (error) {
    if (error instanceof GraphQLError) return null
    throw error
  }
}

function step(kind: TokenKind): number {
  if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L || kind === TokenKind.PAREN_L) return 1
  if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R || kind === TokenKind.PAREN_R) return -1
  return 0
}
