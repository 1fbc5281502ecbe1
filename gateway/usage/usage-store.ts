/** An operation, without its use. */
export type OperationDetails = {
  signature: string
  name: string | null
  /** See `normaliseOperation`. */
  document: string
  /** See `operationCoordinates`. */
  coordinates: readonly string[]
}

/** Number of requests by one version of a client, and the time of the last one, in milliseconds since 1970. */
export type Use = { signature: string; client: string; count: number; lastUsed: number }

/**
 * What a gateway does: it records, it serves requests without recording them, or it has stopped after its last flush. A
 * gateway that was killed stays at `recording`.
 */
export type GatewayState = 'recording' | 'off' | 'stopped'

/** A part of the recording of one gateway, for one UTC day. It is written once: another write of it changes nothing. */
export type UsageChunk = {
  /** Such as `2026-11-30`. */
  day: string
  /** A random id of the process. */
  gateway: string
  /** Counts the chunks of the gateway. */
  sequence: number
  /** What the gateway recorded between these times has now been written. Milliseconds since 1970. */
  from: number
  to: number
  /** Until when the requests were recorded. It is later than `to` if further chunks follow. Milliseconds since 1970. */
  end: number
  state: GatewayState
  /** Number of requests that could not be recorded. */
  lost: number
  /** The operations of `uses` and `inputs`. */
  operations: readonly OperationDetails[]
  uses: readonly Use[]
  /** Schema coordinates in the variables of operations. */
  inputs: readonly { signature: string; coordinate: string }[]
}

/** The recording of one gateway on one day, or a part of it without interruption. Times are in milliseconds since 1970. */
export type GatewayDay = {
  gateway: string
  from: number
  to: number
  state: GatewayState
  /** Number of requests that could not be recorded, and when. */
  lost: number
  lostFrom: number
  lostTo: number
}

/** The recording of all gateways on one day. */
export type UsageDay = {
  day: string
  gateways: readonly GatewayDay[]
  uses: readonly Use[]
  inputs: readonly { signature: string; coordinate: string }[]
}

/** Where gateways write what they record. Several gateways share it. */
export type UsageStore = {
  /**
   * Rejects if it is uncertain whether the chunk was written. @returns the number of requests that were not stored, because
   *   the store is full
   */
  write(chunk: UsageChunk): Promise<number>
}

/** Where a recording is read. */
export type UsageReader = {
  /** Null if nothing was recorded on this day. */
  readDay(day: string): Promise<UsageDay | null>
  /** Operations that the store no longer has are missing. */
  readOperations(signatures: readonly string[]): Promise<OperationDetails[]>
}

/** The UTC day of a time in milliseconds since 1970. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** Days for which a recording is kept. */
export const KEPT_DAYS = 90
