/**
 * All error codes that a client can receive. `docs/errors.md` is generated from this table (`npm run generate:docs`).
 *
 * `payload`: a typed error in a mutation's payload. `top-level`: an entry of the response's `errors`, with the code in
 * `extensions.code`.
 */
export const ERRORS = {
  INVALID_INPUT: {
    where: 'payload',
    type: 'InvalidInput',
    meaning: 'One or more input fields are invalid.',
    remedy: 'Show each entry of `issues` next to the form field that its `path` names.',
  },
  UNAUTHENTICATED: {
    where: 'both',
    type: 'Unauthenticated',
    meaning: 'The operation requires a signed-in viewer, or the access token is expired, revoked or forged.',
    remedy: 'Sign in, or call `refreshSession`, and send the new access token.',
  },
  INVALID_CREDENTIALS: {
    where: 'payload',
    type: 'InvalidCredentials',
    meaning: 'The handle, password or refresh token is wrong. The response does not reveal which one.',
    remedy: 'Ask the user to sign in again.',
  },
  FORBIDDEN: {
    where: 'payload',
    type: 'Forbidden',
    meaning: 'The viewer is not allowed to do this.',
    remedy: 'Do not offer this action to the viewer. The message names the reason.',
  },
  NOT_FOUND: {
    where: 'both',
    type: 'NotFound',
    meaning: 'No object has this id, or it was deleted. With HTTP status 404: the URL does not exist.',
    remedy: 'Check the id, and remove the object from the view. The API is at `/graphql`.',
  },
  HANDLE_TAKEN: {
    where: 'payload',
    type: 'HandleTaken',
    meaning: 'Another user has this handle.',
    remedy: 'Choose another handle.',
  },
  STALE_VERSION: {
    where: 'payload',
    type: 'StaleVersion',
    meaning: 'The object has changed since `expectedVersion`.',
    remedy: 'Read the object again, show the difference, and try again with `currentVersion`.',
  },
  IDEMPOTENCY_CONFLICT: {
    where: 'payload',
    type: 'IdempotencyConflict',
    meaning: 'The idempotency key was already used with a different input.',
    remedy: 'Use a new key for each new command. Repeat a key only with the same input.',
  },
  BAD_USER_INPUT: {
    where: 'top-level',
    meaning:
      'A variable or an argument is invalid, for example a cursor, a page size or an id. Or this kind of operation is not supported.',
    remedy: 'The message names the argument, its value and what was expected.',
  },
  HISTORY_INCOMPLETE: {
    where: 'top-level',
    meaning:
      'The history of follows is still being prepared, after an update of the server. Questions about the past are not answered yet.',
    remedy: 'Try again later. The message says how far the preparation is.',
  },
  LIMIT_EXCEEDED: {
    where: 'top-level',
    meaning:
      'The operation exceeds a limit of the gateway: tokens, nesting, depth, aliases, fragments, fields, mutations or nodes. Or there are too many ways to plan it.',
    remedy: 'Request less at once. The message names the limit, the value and the bound.',
  },
  GRAPHQL_PARSE_FAILED: {
    where: 'top-level',
    meaning: 'The query is not valid GraphQL syntax.',
    remedy: 'Fix the query at `locations`.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    where: 'top-level',
    meaning:
      'The operation does not match the schema. For example, a field does not exist or an argument has the wrong type.',
    remedy: 'Compare it with the schema. Validate operations against `schema/api.graphql` before a release.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    where: 'top-level',
    meaning:
      'The document has several operations and `operationName` is missing, or no operation has this name.',
    remedy: 'Send `operationName`. The message lists the names.',
  },
  BAD_REQUEST: {
    where: 'top-level',
    meaning:
      'The HTTP request is not GraphQL over HTTP, its origin is not allowed, or it could be a cross-site request forgery.',
    remedy:
      'Send a POST with `content-type: application/json` and a body `{ "query": … }`. The message says what else is missing.',
  },
  CONSISTENCY_TOKEN_INVALID: {
    where: 'top-level',
    meaning:
      'The `tessera-consistency` header or cookie is not a valid token of this gateway. It was truncated, changed or forged, or the secret of the gateway was replaced. Or it has more than 4,096 characters. Nothing was executed.',
    remedy:
      'Discard the tokens that were sent, delete the cookie, and repeat the request. Store tokens exactly as they were received, and discard those that a newer token replaces. `docs/clients/README.md` shows how to do this in several clients.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    where: 'top-level',
    meaning: 'The request uses a persisted query, but persisted queries are disabled.',
    remedy: 'Send the text of the query. Apollo Client does this automatically.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    where: 'top-level',
    meaning: 'The request uses the hash of a persisted query that the gateway does not know.',
    remedy: 'Send the hash together with the text once. Apollo Client does this automatically.',
  },
  SUBGRAPH_UNAVAILABLE: {
    where: 'top-level',
    meaning: 'A subgraph could not be reached, was too slow, or its response was not GraphQL.',
    remedy: 'Show the data that arrived, and try again later. `extensions.subgraph` names the subgraph.',
  },
  DOWNSTREAM_SERVICE_ERROR: {
    where: 'top-level',
    meaning: 'A subgraph reported an error without a code, and `errors.include` is set for it.',
    remedy: "The message is the subgraph's. `extensions.subgraph` names the subgraph.",
  },
  INVALID_GRAPHQL: {
    where: 'top-level',
    meaning: 'The response of a subgraph violates its schema, for example with null for a non-null field.',
    remedy: 'Show the data that arrived, and report the path.',
  },
  QUERY_PLAN_EMPTY: {
    where: 'top-level',
    meaning: 'No query plan exists for this operation, although it is valid.',
    remedy: 'Check the supergraph. Most likely, no subgraph resolves a key.',
  },
  OVERLOADED: {
    where: 'top-level',
    meaning:
      'Too many requests of this kind are waiting, for example sign-ins. The request had no effect, and no password was verified.',
    remedy: 'Repeat the same request after a few seconds, with increasing delays.',
  },
  INTERNAL_SERVER_ERROR: {
    where: 'top-level',
    meaning:
      'A bug or an infrastructure failure. The log has the details under `extensions.requestId`, which is also the header `x-request-id`.',
    remedy:
      'Try again later, and report the request id. A mutation may have taken effect: repeat it with its `idempotencyKey`, or read the data.',
  },
} as const satisfies Record<string, ErrorEntry>

type ErrorEntry = {
  where: 'payload' | 'top-level' | 'both'
  type?: string
  meaning: string
  remedy: string
}

export type ErrorCode = keyof typeof ERRORS
/** Codes of payload errors. */
export type PayloadErrorCode = {
  [C in ErrorCode]: (typeof ERRORS)[C] extends { type: string } ? C : never
}[ErrorCode]

/** GraphQL type of the payload error with this code. */
export function payloadTypeOf(code: PayloadErrorCode): string {
  return ERRORS[code].type
}
