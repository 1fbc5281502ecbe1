import type { SendCommand } from '../../../patterns/change-log/transports/redis/command.ts'

/** Its module is a third of what such a process loads, and most of them need none. */
export async function connectRedis(url: string): Promise<SendCommand> {
  const { dialRedis } = await import('../../../platform/redis/client.ts')
  return (await dialRedis(url)).send
}
