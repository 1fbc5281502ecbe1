import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** This program stands for a subgraph of negligible cost: each response is the same 1 kB. Prints its port. */

const ANSWER = JSON.stringify({ data: { text: 'x'.repeat(1_000) } })
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'content-length': ANSWER.length }

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, HEADERS).end(ANSWER))
})
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
