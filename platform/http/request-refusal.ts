/** Refuses a request by its status, before anything looks at what it asks for; the message is for the client. */
export class RequestRefusal extends Error {
  readonly statusCode: number

  constructor(statusCode: number, message: string, cause?: unknown) {
    super(message, { cause })
    this.statusCode = statusCode
  }
}

/** One error in GraphQL's format, for faults of HTTP. */
export function badRequest(message: string) {
  return { errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }
}
