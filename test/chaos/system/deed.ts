import type { Service } from '../../../contracts/topology.ts'
import type { Result } from './client.ts'
import type { Generations, Person } from './people.ts'

/** One operation of a user. */
export type Deed = {
  /** Name of the mutation. */
  kind: string
  database: Service
  /** The object that it changes. */
  thing: string
  input: object
  /** Whether it always changes something if it succeeds. */
  sure: boolean
  /** Called with the outcome. */
  settle(outcome: 'ok' | 'failed' | 'unknown', payload: Result['payload']): void
}

export type World = {
  people: readonly Person[]
  generations: Generations
}
