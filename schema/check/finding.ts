import { type DocumentNode } from 'graphql'

/** A place in a file. Lines and columns count from 1. */
export type Place = { file: string; line: number; column: number }
export type StageName = 'compose' | 'lint' | 'changes' | 'usage'
export type Severity = 'error' | 'warning' | 'info'

/** One result of a stage. */
export type Finding = {
  /** Stable, such as `FIELD_REMOVED` or `lint/description`. */
  code: string
  severity: Severity
  message: string
  /** Null if it is not about one place. */
  place: Place | null
  /** Schema coordinate, such as `User.bio`. Null if it is about none. */
  coordinate: string | null
  subgraph: string | null
  /** What to do. Null if nothing is to be done. */
  remedy: string | null
  /** Why: for example the operations and clients that use a field. */
  evidence?: readonly string[]
}

/** `unknown`: it could not be judged. */
export type Verdict = 'passed' | 'failed' | 'unknown'
export type StageResult = {
  stage: StageName
  verdict: Verdict
  summary: string
  findings: readonly Finding[]
}

/** A subgraph as loaded. Definitions keep their locations; `source.name` of a location is the file. */
export type LoadedSubgraph = { name: string; url: string; typeDefs: DocumentNode }
