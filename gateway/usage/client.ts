import type { IncomingHttpHeaders } from 'node:http'

/** The client that sent a request, as it calls itself. */
export type Client = { name: string | null; version: string | null }

/** Maximum length of a name and of a version, in characters. Longer ones are cut. */
const MAX_LENGTH = 64

/** Maximum number of clients that are remembered, and length of their headers. */
const [MAX_CLIENTS, MAX_HEADERS] = [1_000, 200]

/** Texts of clients by their headers. */
const texts = new Map<string, string>()

/** The client as a short text of printable ASCII, for `parseClient`. */
export function clientText(headers: IncomingHttpHeaders): string {
  const name = headers['apollographql-client-name']
  const version = headers['apollographql-client-version']
  if (name === undefined && version === undefined) return NO_CLIENT
  const sent = `${String(name ?? '')}\n${String(version ?? '')}`
  const known = texts.get(sent)
  if (known !== undefined) return known
  const text = JSON.stringify([bounded(name), bounded(version)])
  if (texts.size >= MAX_CLIENTS) texts.clear()
  if (sent.length <= MAX_HEADERS) texts.set(sent, text)
  return text
}

export function parseClient(text: string): Client {
  const [name = null, version = null] = JSON.parse(text) as (string | null)[]
  return { name, version }
}

const NO_CLIENT = '[null,null]'

function bounded(value: string | string[] | undefined): string | null {
  if (value === undefined || value === '') return null
  return String(value)
    .slice(0, MAX_LENGTH)
    .replaceAll(/[^\x20-\x7e]/g, '?')
}
