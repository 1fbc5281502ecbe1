import { fastify } from 'fastify'
import { inject } from 'vitest'
import { root } from '../../platform/root.ts'
import { services, type Service } from '../../contracts/topology.ts'
import { nodeArguments, environmentOf } from '../../local/system/environment.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { INTERNAL_HEADER } from '../../platform/internal-auth.ts'
import { manageProcess } from '../../local/processes/managed-process.ts'
import { freePorts } from '../../platform/ports.ts'
import { httpProbe } from '../../local/processes/readiness.ts'

/** One request of the gateway to a subgraph, and the number of SQL statements that the subgraph reported for it. */
export type RequestSubgraph = { subgraph: Service; query: string; statements: number }

/** Starts a separate gateway in front of the shared subgraphs, and records its subgraph requests. */
export async function startRecordingGateway(): Promise<
  AsyncDisposable & { url: string; exchanges: RequestSubgraph[] }
> {
  const { subgraphUrls, databaseUrls, internalSecret } = inject('system')
  const exchanges: RequestSubgraph[] = []
  await using stack = new AsyncDisposableStack()
  const proxies = new Map<Service, string>()
  for (const service of services) {
    proxies.set(service, await startProxy(service, subgraphUrls[service], exchanges, stack))
  }
  const [port] = (await freePorts(1)) as [number]
  const gateway = manageProcess({
    name: 'gateway',
    command: process.execPath,
    args: nodeArguments('gateway'),
    cwd: root,
    ipc: true,
    env: environmentOf('gateway', '127.0.0.1', port, {
      inherited: { ...inheritedEnv(), NODE_ENV: 'test', LOG_LEVEL: 'error' },
      databaseUrls,
      internalSecret,
      subgraphUrls: Object.fromEntries(proxies) as Record<Service, string>,
    }),
    probe: httpProbe(`http://127.0.0.1:${port}/readyz`),
    onLine: (line) => void process.stderr.write(`${line}\n`),
    report: () => {},
  })
  stack.defer(() => gateway.stop())
  await gateway.start()
  const running = stack.move()
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    exchanges,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function startProxy(
  subgraph: Service,
  target: string,
  exchanges: RequestSubgraph[],
  stack: AsyncDisposableStack,
): Promise<string> {
  const app = fastify()
  stack.defer(() => app.close())
  app.all('/*', async (request, reply) => {
    const response = await fetch(new URL(request.url, target), {
      method: request.method,
      headers: {
        'content-type': 'application/json',
        [INTERNAL_HEADER]: String(request.headers[INTERNAL_HEADER] ?? ''),
      },
      ...(request.method === 'POST' && { body: JSON.stringify(request.body) }),
    })
    if (request.url === '/graphql') {
      const { query } = request.body as { query: string }
      const statements = Number(/sql;desc="(\d+)/.exec(response.headers.get('server-timing') ?? '')?.[1])
      exchanges.push({ subgraph, query, statements })
    }
    return reply
      .code(response.status)
      .type(response.headers.get('content-type') ?? '')
      .send(await response.text())
  })
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`
}
