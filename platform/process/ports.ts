import { createServer, type Server } from 'node:net'
import { UserFacingError } from '../lifecycle.ts'

/** Ports of 127.0.0.1 that nobody listens on at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => bind('127.0.0.1', 0)))
  const ports = servers.map(portOf)
  await Promise.all(servers.map(close))
  return ports
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

/** Whether the port can be listened on now. */
export async function isPortFree(host: string, port: number): Promise<boolean> {
  try {
    await close(await bind(host, port))
    return true
  } catch {
    return false
  }
}

/**
 * Checks that a server will be able to listen, before anything costly is started.
 *
 * @throws UserFacingError when the port is in use, forbidden to this user, or the address not of this machine
 */
export async function requirePort(host: string, port: number): Promise<void> {
  try {
    await close(await bind(host, port))
  } catch (error) {
    throw new UserFacingError(explain(host, port, error))
  }
}

function explain(host: string, port: number, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Stop the program that has it, or choose another: PORT=${port + 10}.`
  }
  if (code === 'EACCES')
    return `Port ${port} on ${host} is not allowed to this user. Choose another: PORT=4000.`
  return `HOST=${host} cannot be listened on (${code}). Give an address of this machine: HOST=127.0.0.1.`
}

async function bind(host: string, port: number): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const server = createServer()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  await promise
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  await promise
}
