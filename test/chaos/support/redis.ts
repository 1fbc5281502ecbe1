import type { SendCommand } from '../../../patterns/change-log/redis/command.ts'

/** Its module is a third of what such a process loads, and most of them need none. */
export async function connectRedis(url: string): Promise<SendCommand> {
  const { createClient } = await import('@redis/client')
  const client = createClient({ url, RESP: 2, disableOfflineQueue: true })
  client.on('error', () => {})
  await client.connect()
  return (args) => client.sendCommand(args)
}
