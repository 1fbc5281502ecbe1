import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { startWorkerPlanner } from '../../gateway/execution/planner/worker-planner.ts'
import { createLog } from '../../platform/log.ts'

const log = createLog('test', { LOG_LEVEL: 'silent' })
const { supergraphSdl = '' } = composeServices([
  {
    name: 'one',
    url: '',
    typeDefs: parse(
      'type Query { a: Int b: Node } interface Node { id: ID! } type T implements Node { id: ID! }',
    ),
  },
])

describe('the planner in its thread', () => {
  it('returns the API schema, and plans', async () => {
    await using planner = await startWorkerPlanner({ supergraphSdl, withText: true, log })
    expect(planner.supergraph.apiSdl).toContain('type Query')
    expect(planner.supergraph.apiSdl).not.toContain('join__')
    expect(planner.supergraph.subtypes).toMatchObject({ Node: ['T'] })
    const { plan, text } = await planner.plan('{ a }', undefined)
    expect(plan.node).toMatchObject({ kind: 'Fetch', serviceName: 'one' })
    expect(text).toContain('Fetch(service: "one")')
  })

  it('rejects a schema that is not a supergraph, in one line', async () => {
    const starting = startWorkerPlanner({ supergraphSdl: 'type Query { a: Int }', withText: false, log })
    await expect(starting).rejects.toThrow('The supergraph cannot be served')
  })

  it('rejects an operation with too many possible plans, with a code', async () => {
    const names = Array.from({ length: 9 }, (_, i) => `T${i}`)
    const types = (fields: string) =>
      names.map((name) => `type ${name} implements I @key(fields: "id") { id: ID! ${fields} }`).join('\n')
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])'
    const sdlOf = (root: string, field: string, fields: string) =>
      `${link} ${root} interface I { id: ID! ${field} } ${types(fields)}`
    const { errors, supergraphSdl: wide = '' } = composeServices(
      ['a', 'b', 'c', 'd'].map((name) => {
        const sdl =
          name === 'a' ? sdlOf('type Query { i: I }', '', '') : sdlOf('', 'x: Int', 'x: Int @shareable')
        return { name, url: '', typeDefs: parse(sdl) }
      }),
    )
    expect(errors).toBeUndefined()
    await using planner = await startWorkerPlanner({ supergraphSdl: wide, withText: false, log })
    await expect(planner.plan('{ i { x } }', undefined)).rejects.toMatchObject({
      message: expect.stringContaining('too complex to plan'),
      extensions: { code: 'LIMIT_EXCEEDED' },
    })
  })

  it('is replaced when it ends: the current operation fails, and later ones are planned', async () => {
    const threads: Worker[] = []
    const onThread = (thread: Worker) => void threads.push(thread)
    await using planner = await startWorkerPlanner({ supergraphSdl, withText: false, log, onThread })
    const [first] = threads as [Worker]
    const gone = once(first, 'exit')
    void first.terminate()
    const lost = await Promise.allSettled([1, 2, 3].map(() => planner.plan('{ a }', undefined)))
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await gone
    expect((await planner.plan('{ a }', undefined)).plan.node).toMatchObject({ kind: 'Fetch' })
    expect(threads).toHaveLength(2)
  })

  it('is replaced when it ends while it is idle, without an error', async () => {
    const threads: Worker[] = []
    const onThread = (thread: Worker) => void threads.push(thread)
    await using planner = await startWorkerPlanner({ supergraphSdl, withText: false, log, onThread })
    await threads[0]?.terminate()
    expect((await planner.plan('{ a }', undefined)).plan.node).toMatchObject({ kind: 'Fetch' })
    expect(threads).toHaveLength(2)
  })
})
