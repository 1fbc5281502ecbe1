import Negotiator from 'negotiator'
import { chooseContentType } from './fast-path/content-type.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const HTML = 'text/html'

/** The media type of a refusal: what the client asked for, or JSON if that cannot be met. */
export function refusalType(accept: string | undefined): string {
  return chooseContentType(accept) ?? JSON_TYPE
}

/** Whether a client would rather have a page than data, as browsers do when somebody opens an address. */
export function prefersPage(accept: string | undefined): boolean {
  if (!accept?.includes(HTML)) return false
  const offered = ['application/json', 'application/graphql-response+json', HTML]
  return new Negotiator({ headers: { accept } }).mediaType(offered) === HTML
}

/** What a request to the API looks like, for messages. */
export const FORM =
  'Send POST to /graphql with `content-type: application/json` and a body such as `{"query":"{ __typename }"}`.'

/** What is wrong with the type of a request's body. */
export function mediaTypeRefusal(contentType: string | undefined): string {
  return contentType === undefined
    ? `The request has no content-type header. ${FORM}`
    : `Bodies of the type ${JSON.stringify(contentType.slice(0, 200))} are not read. ${FORM}`
}

/** What is wrong with an `Accept` header that names no media type of ours; null: nothing. */
export function acceptRefusal(accept: string | undefined): string | null {
  if (chooseContentType(accept) !== null) return null
  return (
    `There is no response of the type that the request accepts, ${JSON.stringify(accept?.slice(0, 200))}, so it was not executed. ` +
    'Send `accept: application/graphql-response+json, application/json`, or leave the header out.'
  )
}
