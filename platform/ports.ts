import { createServer, type Server } from 'node:net'
import { UserFacingError } from './lifecycle.ts'

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

/** How the caller writes the two settings, for messages. */
export type AddressSettings = { port: string; host: string }

const VARIABLES: AddressSettings = { port: 'PORT=', host: 'HOST=' }

/**
 * Checks that a server will be able to listen, before anything costly is started.
 *
 * @throws UserFacingError when the port is in use, forbidden to this user, or the address not of this machine
 */
export async function requirePort(host: string, port: number, settings = VARIABLES): Promise<void> {
  try {
    await close(await bind(host, port))
  } catch (error) {
    throw listenFault(host, port, error, settings)
  }
}

/** Why a server cannot listen, and what to give instead. */
export function listenFault(
  host: string,
  port: number,
  error: unknown,
  settings = VARIABLES,
): UserFacingError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new UserFacingError(explain(host, port, code, settings))
}

function explain(host: string, port: number, code: string, settings: AddressSettings): string {
  if (code === 'EADDRINUSE') {
    const another = port > HIGHEST_PORT - 10 ? port - 10 : port + 10
    return `Port ${port} on ${host} is in use. Stop the program that has it, or choose another: ${settings.port}${another}.`
  }
  if (code === 'EACCES')
    return `Port ${port} on ${host} is not allowed to this user. Choose another: ${settings.port}4000.`
  return `${settings.host}${host} cannot be listened on (${code}). Give an address of this machine: ${settings.host}127.0.0.1.`
}

const HIGHEST_PORT = 65_535

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
