import { pino, type Logger } from 'pino'
import type { Config } from './config/read-config.ts'

export type Log = Logger

/** Creates the logger of one service. It writes JSON lines to standard output. */
export function createLog(service: string, config: Config<'LOG_LEVEL'>): Log {
  return pino({ level: config.LOG_LEVEL, base: { service }, timestamp: pino.stdTimeFunctions.isoTime })
}
