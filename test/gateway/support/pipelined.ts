import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'vitest'

export type Posted = { query: string; variables?: object; headers?: Readonly<Record<string, string>> }

/** A request as text. */
export function postText({ query, variables, headers = {} }: Posted): string {
  const body = JSON.stringify({ query, variables })
  const fields = Object.entries({
    host: 'a',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `POST /graphql HTTP/1.1\r\n${lines}\r\n${body}`
}

/** Sends all requests in one write of one connection, so that they reach the gateway in the same turn. */
export async function pipelined(gateway: { url: string }, requests: readonly Posted[]) {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(requests.map(postText).join(''))
  let received = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk))
  return {
    /** Waits for all responses. */
    async responses() {
      await expect.poll(() => received.split('HTTP/1.1 ').length - 1).toBe(requests.length)
      await expect.poll(() => received.endsWith('}\n')).toBe(true)
      socket.destroy()
      return received.split(/(?=HTTP\/1\.1 )/).map((response) => ({
        id: /\r\nx-request-id: (.*)\r\n/.exec(response)?.[1],
        body: JSON.parse(response.slice(response.indexOf('\r\n\r\n'))) as Record<string, unknown>,
      }))
    },
  }
}
