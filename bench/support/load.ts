import { connect, type Socket } from 'node:net'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { messageReader } from './http-messages.ts'

/** Maximum wait for one response. A slower server is considered to hang. Milliseconds. */
const TIMEOUT_MS = 60_000

/** A request as bytes, and the key that identifies its expected response. */
export type Outgoing = { bytes: Buffer; key: number }

export type LoadOptions = {
  port: number
  connections: number
  /** Returns the next request, or null if enough were sent. */
  next: () => Outgoing | null
  /** Throws if the response to the request with this key is not the expected one. */
  judge: (key: number, head: string, body: Buffer) => void
}

/** `seconds` is the time from the first request to the last response. Latencies are in milliseconds, unsorted. */
export type LoadResult = { requests: number; seconds: number; latencies: number[] }

/** Sends requests over keep-alive connections, with one request in flight on each, until `next` returns null. */
export async function load({ port, connections, next, judge }: LoadOptions): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const latencies: number[] = []
  const began = performance.now()
  try {
    await Promise.all(sockets.map((socket) => drive(socket, next, judge, latencies)))
  } finally {
    for (const socket of sockets) socket.destroy()
  }
  return { requests: latencies.length, seconds: (performance.now() - began) / 1000, latencies }
}

function open(port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
    socket.off('error', reject)
    resolve(socket)
  })
  socket.once('error', reject)
  return promise
}

function drive(
  socket: Socket,
  next: LoadOptions['next'],
  judge: LoadOptions['judge'],
  latencies: number[],
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sent = 0
  let key = 0
  const send = () => {
    const request = next()
    if (!request) return resolve()
    key = request.key
    sent = performance.now()
    socket.write(request.bytes)
  }
  const read = messageReader((head, body) => {
    latencies.push(performance.now() - sent)
    judge(key, head, body)
    send()
  })
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch (error) {
      reject(error)
    }
  })
  socket.setTimeout(TIMEOUT_MS, () => {
    reject(new UserFacingError(`The server on port ${port(socket)} sent nothing for ${TIMEOUT_MS / 1000} s.`))
  })
  socket.once('error', ({ message }) => {
    reject(new UserFacingError(`The server on port ${port(socket)} broke a connection: ${message}`))
  })
  socket.once('close', () => {
    reject(
      new UserFacingError(`The server on port ${port(socket)} closed a connection in the middle of a run.`),
    )
  })
  send()
  return promise
}

const port = ({ remotePort }: Socket) => remotePort ?? '(unknown)'
