/** Refuses a request with an HTTP status, before its content is processed. The message is for the client. */
export class RequestRefusal extends Error {
  readonly statusCode: number

  constructor(statusCode: number, message: string, cause?: unknown) {
    super(message, { cause })
    this.statusCode = statusCode
  }
}

/** The response body for an HTTP fault: one error in GraphQL's format. */
export function badRequest(message: string) {
  return { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }
}
