import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { JSON_UTF8 } from '../../platform/http/json-type.ts'

const HTML = 'text/html'

/** The media types of responses, in the order of preference. Apollo Server has the same list and the same algorithm. */
const OFFERED = [
  JSON_UTF8,
  'application/graphql-response+json; charset=utf-8',
  'application/json; callbackSpec=1.0; charset=utf-8',
]

/** The number of `Accept` headers that are remembered with the chosen type. Clients send few different ones. */
const REMEMBERED = 500
const chosen = new LRUCache<string, { type: string | null }>({ max: REMEMBERED })

/** The media type of the response for an `Accept` header. Null if the client accepts none of ours. */
export function chooseContentType(accept: string | undefined): string | null {
  if (!accept) return JSON_UTF8
  const known = chosen.get(accept)
  if (known) return known.type
  const type = new Negotiator({ headers: { accept } }).mediaType(OFFERED) ?? null
  chosen.set(accept, { type })
  return type
}

/** The media type of a refusal: one that the client accepts, or JSON if there is none. */
export function refusalType(accept: string | undefined): string {
  return chooseContentType(accept) ?? JSON_UTF8
}

/** Whether a client prefers HTML, as browsers do when they open a URL. */
export function prefersPage(accept: string | undefined): boolean {
  if (!accept?.includes(HTML)) return false
  const offered = ['application/json', 'application/graphql-response+json', HTML]
  return new Negotiator({ headers: { accept } }).mediaType(offered) === HTML
}

/** The form of a request to the API, for messages. */
export const FORM =
  'Send POST to /graphql with `content-type: application/json` and a body such as `{"query":"{ __typename }"}`.'

/** Describes an unsupported content type. */
export function mediaTypeRefusal(contentType: string | undefined): string {
  return contentType === undefined
    ? `The request has no content-type header. ${FORM}`
    : `The content type ${JSON.stringify(contentType.slice(0, 200))} is not supported. ${FORM}`
}

/** Describes an `Accept` header that accepts none of our media types. Null if it accepts one. */
export function acceptRefusal(accept: string | undefined): string | null {
  if (chooseContentType(accept) !== null) return null
  return (
    `No type in the Accept header ${JSON.stringify(accept?.slice(0, 200))} is supported, so the request was not executed. ` +
    'Send `accept: application/graphql-response+json, application/json`, or leave the header out.'
  )
}
