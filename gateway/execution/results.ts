import type { OperationResult } from './operation.ts'

/** What a fetch asks a subgraph for, whoever asks and for whatever entities. */
export type FetchQuestion = {
  subgraph: string
  /** Text of the operation that is sent. */
  operation: string
  /** The variables that are sent, representations excepted, as JSON text. */
  variables: string
}

/** An operation of a client with its variables: the same text and values are the same question. */
export type ResponseQuestion = { operation: string; variables: string }

/** What is known of an answer before it is asked for, and the way to tell what was found out. */
export type Lookup<Result> = {
  /** In the order of what was asked for; undefined: not known. Objects become the asker's, who changes them. */
  found: readonly (Result | undefined)[]
  /**
   * Takes the results of what was not known, in the same order. Called once, and only when all of them came without an
   * error. They are changed after the call: what is kept of them is to be taken at once.
   */
  keep(results: readonly Result[]): void
}

/**
 * The port at which a cache joins the engine, one for each client request: it knows who asks. It is asked for queries
 * only. Whatever it does not know is fetched, and the rest is not.
 *
 * Numbers that a double would change are `ExactNumber`s in results: `JSON.stringify` writes them as they came, and
 * `parseExactly` reads them so.
 */
export type Results = {
  /**
   * @param representations as JSON texts, each once; a fetch of root fields has one, the empty text, and its result is
   *   the whole `data` of the subgraph's answer
   */
  ofFetch(question: FetchQuestion, representations: readonly string[]): Promise<Lookup<unknown>>
  /** One result: the whole answer to the client. */
  ofResponse(question: ResponseQuestion): Promise<Lookup<OperationResult>>
}
