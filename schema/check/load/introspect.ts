import { z } from 'zod'
import { withoutPassword } from '../../../platform/config/read-config.ts'
import { named } from '../../../platform/http/internal-request.ts'
import { failure, success, type Outcome } from './outcome.ts'
import { prepareRequest } from './prepare-request.ts'

export type HttpOptions = {
  headers?: Readonly<Record<string, string>>
  /** Maximum wait for the complete response. Milliseconds. */
  timeoutMs: number
}

const Response = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string() })).nullish(),
})
const Service = z.object({ _service: z.object({ sdl: z.string() }) })

/** Loads the SDL of a subgraph by `_service { sdl }`, which every federation subgraph serves. */
export async function introspectSubgraph(url: string, options: HttpOptions): Promise<Outcome<string>> {
  const response = await queryGraphql(url, 'query SubgraphSdl { _service { sdl } }', options)
  if (!response.ok) return response
  const parsed = Service.safeParse(response.value)
  if (parsed.success) return success(parsed.data._service.sdl)
  return failure(`${withoutPassword(url)} has no SDL in \`_service { sdl }\`. Is it a federation subgraph?`)
}

/** Sends a query and resolves with its `data`. */
export async function queryGraphql(
  url: string,
  query: string,
  { headers = {}, timeoutMs }: HttpOptions,
): Promise<Outcome<Record<string, unknown>>> {
  const shown = withoutPassword(url)
  const body = JSON.stringify({ query })
  const json = { 'content-type': 'application/json', accept: 'application/json' }
  const text = await request(url, { method: 'POST', body, headers: { ...json, ...headers } }, timeoutMs)
  if (!text.ok) return text
  const parsed = Response.safeParse(parseJson(text.value.body))
  if (!parsed.success) return failure(`${shown} responded with ${describe(text.value)}, not with GraphQL.`)
  const { data, errors } = parsed.data
  if (data) return success(data)
  return failure(`${shown} refused the query: ${errors?.[0]?.message ?? 'the response has no data'}`)
}

export type HttpText = { status: number; type: string; body: string }

type HttpInit = { method?: string; body?: string; headers: Readonly<Record<string, string>> }

/** Resolves with the response, whatever its status. */
export async function request(url: string, init: HttpInit, timeoutMs: number): Promise<Outcome<HttpText>> {
  const prepared = prepareRequest(url, init.headers)
  if (!prepared.ok) return prepared
  try {
    const response = await fetch(prepared.value.url, {
      ...init,
      headers: prepared.value.headers,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const type = response.headers.get('content-type') ?? ''
    return success({ status: response.status, type, body: await response.text() })
  } catch (error) {
    const shown = withoutPassword(url)
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return failure(`${shown} did not respond within ${timeoutMs / 1000} s.`)
    }
    const { message } = named(shown, error) as Error
    return failure(`${withoutPassword(message)}.`)
  }
}

/** "HTML (status 200)", or the beginning of the body. */
export function describe({ status, type, body }: HttpText): string {
  const html = type.includes('html') || /^\s*<(!doctype|html)/i.test(body)
  const what = html ? 'HTML' : JSON.stringify(body.slice(0, 80))
  return `${what} (status ${status})`
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
