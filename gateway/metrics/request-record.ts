/** Facts about a request to `/graphql`, collected while it is handled. For the metrics and the access log. */
export type RequestRecord = {
  /** `query`, `mutation` or `subscription`. Null until the operation is known to be valid. */
  operationType: string | null
  /** Null if the operation has no name. */
  operationName: string | null
  /** The execution has begun. A request that fails after this is not counted as refused. */
  executed: boolean
  /** The code of each error in the response. */
  errorCodes: unknown[]
  hasViewer: boolean
  /** The metrics have already counted the request and its errors. */
  counted: boolean
  /** Ids of other requests whose fetches this request shared. */
  sharedFetches: string[]
}

/** Never changed. Most requests have neither errors nor shared fetches. */
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

/** @param requestId the id of the request whose fetch was shared */
export function recordSharedFetch(record: RequestRecord | undefined, requestId: string): void {
  if (!record) return
  if (record.sharedFetches === NONE) record.sharedFetches = [requestId]
  else if (!record.sharedFetches.includes(requestId)) record.sharedFetches.push(requestId)
}

/** @param operation an operation of a valid document */
export function recordOperation(
  record: RequestRecord | undefined,
  operation: { operation: string; name?: { value: string } | undefined } | null | undefined,
): void {
  if (!record || !operation) return
  record.operationType = operation.operation
  record.operationName = operation.name?.value ?? null
}
