import { createServer, type Server } from 'node:net'
import { UserFacingError } from './lifecycle.ts'

/** Finds different ports of 127.0.0.1 that are currently free. */
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

/** Whether a server can listen on the port now. */
export async function isPortFree(host: string, port: number): Promise<boolean> {
  try {
    await close(await bind(host, port))
    return true
  } catch {
    return false
  }
}

/** The two settings as the user wrote them, for error messages. */
export type AddressSettings = { port: string; host: string }

const VARIABLES: AddressSettings = { port: 'PORT=', host: 'HOST=' }

/**
 * Checks that a server can listen, before anything costly starts.
 *
 * @throws UserFacingError if the port is in use or not allowed, or if the address is not one of this machine
 */
export async function requirePort(host: string, port: number, settings = VARIABLES): Promise<void> {
  try {
    await close(await bind(host, port))
  } catch (error) {
    throw listenFault(host, port, error, settings)
  }
}

/** Explains why a server cannot listen, with a remedy. */
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
    return `Port ${port} on ${host} is in use. Stop the program that uses it, or choose another port: ${settings.port}${another}.`
  }
  if (code === 'EACCES')
    return `This user may not listen on port ${port} of ${host}. Choose another port: ${settings.port}4000.`
  return `Cannot listen on ${settings.host}${host} (${code}). Use an address of this machine: ${settings.host}127.0.0.1.`
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
