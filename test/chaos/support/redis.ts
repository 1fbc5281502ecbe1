import type { SendCommand } from '../../../patterns/change-log/transports/redis/command.ts'

/** Loaded on demand: its module is a third of the code of such a process, and most of them do not need it. */
export async function connectRedis(url: string): Promise<SendCommand> {
  const { dialRedis } = await import('../../../platform/redis/client.ts')
  return (await dialRedis(url)).send
}
