import type { TesseraGateway } from '../../../gateway/tessera/start-tessera-gateway.ts'
import { ownRedis } from '../../change-log-owner/support/own-redis.ts'
import { startGateway } from './gateway.ts'

/** Gateways over the same subgraphs: without a cache, with one in memory, and two that share a Redis. */
export type Gateways = AsyncDisposable & {
  plain: TesseraGateway
  memoryOnly: TesseraGateway
  withRedis: readonly [TesseraGateway, TesseraGateway]
}

export async function openGateways(): Promise<Gateways> {
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await ownRedis())
  await redis.process.start()
  const start = async (env: Readonly<Record<string, string>>) => stack.use(await startGateway(env))
  const shared = { CACHE: 'on', REDIS_URL: redis.url, LOG_TRANSPORT: 'feed' }
  const plain = await start({})
  const memoryOnly = await start({ CACHE: 'memory' })
  const withRedis = [await start(shared), await start(shared)] as const
  const opened = stack.move()
  return { plain, memoryOnly, withRedis, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}
