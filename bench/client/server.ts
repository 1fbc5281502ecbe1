import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands for a subgraph that costs next to nothing: 1 kB for whatever is asked. Prints its port. */
const ANSWER = JSON.stringify({ data: { text: 'x'.repeat(1_000) } })
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'content-length': ANSWER.length }

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, HEADERS).end(ANSWER))
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
