import { expect } from 'vitest'
import type { Viewer } from '../../platform/internal-auth.ts'
import type { EventBed, Payload, Told, Writer } from './bed.ts'

type Input = Record<string, unknown>
export type Event = Pick<Told, 'type' | 'key' | 'payload' | 'touches'>

/** What a mutation must tell, when it is sent with this input. */
export type Scenario = {
  writer: Writer
  viewer: Viewer | null
  input: Input
  tells: (payload: Payload) => Event[]
  /** Sent again with this changed it succeeds, and changes nothing. */
  again?: Input
  /** Sent again with this changed it fails. */
  refused: { input?: Input; viewer?: Viewer }
}

export type Scenarios = Record<string, (bed: EventBed) => Promise<Scenario>>

/** A time as events have it. */
export const TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** The id of a request. */
export const REQUEST: unknown = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)

/** Its id is none, so whoever has it is not signed in. */
export const NOBODY: Viewer = { id: 'nobody', session: null }
