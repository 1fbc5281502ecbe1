import type { FastifyInstance } from 'fastify'
import { createSignal } from '../../../patterns/change-log/index.ts'

const EPOCH = 1
/** Maximum time that a reader waits for records. A heartbeat follows. Milliseconds. */
const HEARTBEAT_MS = 200

/** The change log of a small users subgraph, with its routes. Each added session is an ended session. */
export class SessionLog extends Set<string> {
  readonly #records: object[] = []
  readonly #ticked = createSignal()

  override add(session: string): this {
    const payload = { sessionId: session, userId: 'user' }
    const event = {
      xid: '1',
      key: session,
      type: 'session.ended',
      version: 1,
      payload,
      touches: [],
      headers: {},
    }
    this.#append({ kind: 'event', ...event, time: 0 })
    this.#tick()
    return super.add(session)
  }

  mount(app: FastifyInstance): void {
    app.get('/log/export', () => {
      const position = { epoch: EPOCH, offset: this.#records.length }
      const start = { position, cur: '1:1:', time: 0, snapshot: '1:1:' }
      const lines = [start, ...[...this].map((id) => ({ id })), { end: this.size }]
      return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    })
    app.get<{ Querystring: { after: string } }>('/log', async ({ query }) => {
      const after = Number(query.after)
      if (this.#records.length === after) await this.#ticked.after(this.#ticked.count, HEARTBEAT_MS)
      if (this.#records.length === after) this.#tick()
      return { kind: 'records', records: this.#records.slice(after) }
    })
  }

  #append(record: object): void {
    this.#records.push({ offset: this.#records.length + 1, ...record })
  }

  #tick(): void {
    this.#append({ kind: 'control', n: 1, cur: '1:1:', time: 0 })
    this.#ticked.raise()
  }
}
