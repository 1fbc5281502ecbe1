/** What becomes known of a request to `/graphql` while it is handled: for the metrics, and for the access log. */
export type RequestRecord = {
  /** `query`, `mutation` or `subscription`; null until the operation is known to be valid. */
  operationType: string | null
  /** Null if the operation has no name. */
  operationName: string | null
  /** Its execution has begun: what goes wrong from then on is no refusal. */
  executed: boolean
  /** Of each error in the response. */
  errorCodes: unknown[]
  hasViewer: boolean
  /** Counted as a GraphQL request, with its errors. */
  counted: boolean
  /** Ids of the requests whose fetches it shared. */
  sharedFetches: string[]
}

/** Only read. Most requests have neither errors nor shared fetches. */
const NONE: never[] = []

export function createRequestRecord(): RequestRecord {
  return {
    operationType: null,
    operationName: null,
    executed: false,
    errorCodes: NONE,
    hasViewer: false,
    counted: false,
    sharedFetches: NONE,
  }
}

export function recordError(record: RequestRecord | undefined, code: unknown): void {
  if (!record) return
  if (record.errorCodes === NONE) record.errorCodes = [code]
  else record.errorCodes.push(code)
}

/** @param requestId that of the request whose fetch was shared */
export function recordSharedFetch(record: RequestRecord | undefined, requestId: string): void {
  if (!record) return
  if (record.sharedFetches === NONE) record.sharedFetches = [requestId]
  else if (!record.sharedFetches.includes(requestId)) record.sharedFetches.push(requestId)
}

/** @param operation of a document that is valid */
export function recordOperation(
  record: RequestRecord | undefined,
  operation: { operation: string; name?: { value: string } | undefined } | null | undefined,
): void {
  if (!record || !operation) return
  record.operationType = operation.operation
  record.operationName = operation.name?.value ?? null
}
