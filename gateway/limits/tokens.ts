import { GraphQLError, Lexer, Source, TokenKind } from 'graphql'
import { limitExceeded, type Limits } from './limits.ts'

/** Brackets within brackets that graphql-js parses and validates without overflowing the stack, by far. */
const STACK_SAFE = 1_000

/**
 * Counts tokens and open brackets without parsing: the parser calls itself for each bracket, so that a few thousand of
 * them overflow its stack. Stops at the first one too many. Text that is no GraphQL is left for the parser to explain.
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
