import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Cancellation } from '../../platform/cancellation.ts'
import type { Log } from '../../platform/log.ts'
import { logAccess } from '../metrics/access-log.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { createRequestRecord, type RequestRecord } from '../metrics/request-record.ts'
import type { GraphQLRequest, HandleRequest, HttpResponse } from './http-response.ts'

export type ObserverOptions = {
  metrics: GatewayMetrics
  /** Null if requests are not logged. */
  accessLog: Log | null
}

/** Records of the requests that node:http reads. */
const records = new WeakMap<IncomingMessage, RequestRecord>()

export function recordOf(request: IncomingMessage): RequestRecord {
  return records.getOrInsertComputed(request, createRequestRecord)
}

/** Counts GraphQL requests and how long they take. `handle` never rejects. */
export function countRequests(handle: HandleRequest, { metrics }: ObserverOptions): HandleRequest {
  return (request, cancellation) => {
    const began = performance.now()
    metrics.requestsInFlight++
    return handle(request, cancellation).then((response) => {
      metrics.requestsInFlight--
      metrics.recordRequest(request.record, response.status, performance.now() - began)
      return response
    })
  }
}

/** Counts the responses that the JSON POST server sends, and logs them. */
export function observePosts(handle: HandleRequest, { metrics, accessLog }: ObserverOptions): HandleRequest {
  if (!accessLog) {
    return (request, cancellation) =>
      handle(request, cancellation).then((response) => {
        metrics.responses.add(String(response.status))
        return response
      })
  }
  return async (request, cancellation) => {
    const began = performance.now()
    const response = await handle(request, cancellation)
    metrics.responses.add(String(response.status))
    logPost(accessLog, request, response, cancellation, performance.now() - began)
    return response
  }
}

function logPost(
  log: Log,
  { id, method, url, headers, record }: GraphQLRequest,
  { status, text, bytes }: HttpResponse,
  { cancelled: aborted }: Cancellation,
  ms: number,
): void {
  const size = bytes ? bytes.length : Buffer.byteLength(text)
  logAccess(log, { id, method, url, headers, status, bytes: size, ms, aborted, record })
}

/** Counts and logs the responses of node:http, including refusals, other paths, and clients that disconnect early. */
export function observeRoutes(app: FastifyInstance, { metrics, accessLog }: ObserverOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    const began = performance.now()
    // Fastify does not call `onResponse` if the client has disconnected.
    reply.raw.once('close', () => {
      const { id, method, url, headers, raw } = request
      const { statusCode: status, writableFinished } = reply.raw
      metrics.responses.add(String(status))
      const record = records.get(raw) ?? null
      // A request that was refused before its operation was read is not a counted GraphQL request. Its errors are counted here.
      if (record && !record.counted) for (const code of record.errorCodes) metrics.errors.add(code)
      if (!accessLog) return
      const bytes = Number(reply.getHeader('content-length') ?? 0)
      const ms = performance.now() - began
      logAccess(accessLog, {
        id,
        method,
        url,
        headers,
        status,
        bytes,
        ms,
        aborted: !writableFinished,
        record,
      })
    })
    done()
  })
}
