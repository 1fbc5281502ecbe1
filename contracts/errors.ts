/**
 * Every error code a client can meet. `docs/errors.md` is generated from this table (`npm run generate:docs`).
 *
 * `payload`: a typed error in a mutation's payload. `top-level`: an entry of the response's `errors`, its code in
 * `extensions.code`.
 */
export const ERRORS = {
  INVALID_INPUT: {
    where: 'payload',
    type: 'InvalidInput',
    meaning: 'One or more fields of the input are not acceptable.',
    remedy: 'Show each entry of `issues` at the form field its `path` names.',
  },
  UNAUTHENTICATED: {
    where: 'both',
    type: 'Unauthenticated',
    meaning: 'The operation needs a signed-in viewer, or the token sent is expired, forged or revoked.',
    remedy: 'Sign in, or exchange the refresh token by `refreshSession`, and send the new access token.',
  },
  INVALID_CREDENTIALS: {
    where: 'payload',
    type: 'InvalidCredentials',
    meaning: 'The handle, password or refresh token is not right. Which one is not said, on purpose.',
    remedy: 'Ask the person to sign in again.',
  },
  FORBIDDEN: {
    where: 'payload',
    type: 'Forbidden',
    meaning: 'The viewer may not do this to that object.',
    remedy: 'Do not offer the action to this viewer; the message names the reason.',
  },
  NOT_FOUND: {
    where: 'both',
    type: 'NotFound',
    meaning:
      'No object has this id, or it was deleted. With HTTP status 404: there is nothing at the address.',
    remedy: 'Check the id; remove the object from the view. The API is at `/graphql`.',
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
    meaning: 'The object was changed since the version given in `expectedVersion`.',
    remedy: 'Read the object again, show the difference, and repeat with `currentVersion`.',
  },
  IDEMPOTENCY_CONFLICT: {
    where: 'payload',
    type: 'IdempotencyConflict',
    meaning: 'The idempotency key was used before with another input.',
    remedy: 'Use a fresh key for each new command; repeat a key only with the same input.',
  },
  BAD_USER_INPUT: {
    where: 'top-level',
    meaning:
      'A variable or an argument is not acceptable: a cursor, a page size, an id; or the operation is of a kind that is not served.',
    remedy: 'The message names the argument, its value and what was expected.',
  },
  LIMIT_EXCEEDED: {
    where: 'top-level',
    meaning:
      'The operation is larger than the gateway allows: tokens, nesting, depth, aliases, fragments, fields, mutations or nodes; or there are too many ways to fetch it.',
    remedy: 'Ask for less at once; the message names the limit, the value and the bound.',
  },
  GRAPHQL_PARSE_FAILED: {
    where: 'top-level',
    meaning: 'The text is not GraphQL.',
    remedy: 'Mend the text at the place that `locations` names.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    where: 'top-level',
    meaning: 'The operation does not fit the schema: a field that is not there, an argument of another type.',
    remedy: 'Compare it with the schema; check operations against `schema/api.graphql` before a release.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    where: 'top-level',
    meaning:
      'The document has several operations and `operationName` is missing, or it has none of that name.',
    remedy: 'Send `operationName`; the message lists the names.',
  },
  BAD_REQUEST: {
    where: 'top-level',
    meaning:
      'The HTTP request is not GraphQL over HTTP, its page may not use the API, or a browser could have been tricked into sending it.',
    remedy:
      'Send POST with `content-type: application/json` and a body `{ "query": … }`; the message says what else is missing.',
  },
  CONSISTENCY_TOKEN_INVALID: {
    where: 'top-level',
    meaning:
      'The `tessera-consistency` header or cookie holds what is no token of this gateway: cut short, changed, forged, or from before its secret was replaced. Or it has more than 4,096 characters. Nothing was executed.',
    remedy:
      'Forget the tokens that were sent, delete the cookie, and repeat the request. Keep tokens exactly as they were received, and drop those that a newer one replaces: `docs/clients/README.md` has this for several clients.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    where: 'top-level',
    meaning: 'The request names a persisted query, and persisted queries are switched off.',
    remedy: 'Send the text of the query. Apollo Client does so by itself after this error.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    where: 'top-level',
    meaning: 'The request names a persisted query by its hash, and the gateway does not know its text.',
    remedy: 'Send the hash and the text once. Apollo Client does so by itself after this error.',
  },
  SUBGRAPH_UNAVAILABLE: {
    where: 'top-level',
    meaning: 'A subgraph could not be reached, was too slow, or answered something that is not GraphQL.',
    remedy: 'Show what arrived; try again later. `extensions.subgraph` names it.',
  },
  DOWNSTREAM_SERVICE_ERROR: {
    where: 'top-level',
    meaning:
      'A subgraph reported an error without a code, and the configuration (`errors.include`) shows its errors.',
    remedy: "The message is the subgraph's; `extensions.subgraph` names it.",
  },
  INVALID_GRAPHQL: {
    where: 'top-level',
    meaning:
      'A subgraph answered what its schema does not allow, for example null for a field that is never null.',
    remedy: 'Show what arrived; report the path.',
  },
  QUERY_PLAN_EMPTY: {
    where: 'top-level',
    meaning: 'No subgraph can be asked for this operation, although the supergraph says that it is valid.',
    remedy: 'Check the supergraph: a key that nobody resolves, most likely.',
  },
  OVERLOADED: {
    where: 'top-level',
    meaning:
      'Too many requests of this kind wait already, for example sign-ins. Nothing was done, nor any password looked at.',
    remedy: 'Repeat the same request after a few seconds, later each time.',
  },
  INTERNAL_SERVER_ERROR: {
    where: 'top-level',
    meaning:
      'A bug, or broken infrastructure. Details are in the log under `extensions.requestId`, which is also the response header `x-request-id`.',
    remedy:
      'Try again later; report the request id. A mutation may have taken effect all the same: repeat it with its `idempotencyKey`, or look.',
  },
} as const satisfies Record<string, ErrorEntry>

type ErrorEntry = {
  where: 'payload' | 'top-level' | 'both'
  type?: string
  meaning: string
  remedy: string
}

export type ErrorCode = keyof typeof ERRORS
/** Codes that a mutation's payload can carry. */
export type PayloadErrorCode = {
  [C in ErrorCode]: (typeof ERRORS)[C] extends { type: string } ? C : never
}[ErrorCode]

/** GraphQL type of the payload error with this code. */
export function payloadTypeOf(code: PayloadErrorCode): string {
  return ERRORS[code].type
}
