import { GraphQLError, parse, Source, type DocumentNode } from 'graphql'
import { failure, success, type Outcome } from './outcome.ts'

/** Parses SDL or an operation. The fault names the file, the line and the column. @param file as it is shown */
export function parseGraphql(file: string, text: string): Outcome<DocumentNode> {
  try {
    return success(parse(new Source(text, file)))
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { line = 1, column = 1 } = error.locations?.[0] ?? {}
    const reason = error.message.replace(/^Syntax Error: /, '').replace(/\.$/, '')
    return failure(`This is not valid GraphQL: ${reason}.`, { file, line, column })
  }
}
