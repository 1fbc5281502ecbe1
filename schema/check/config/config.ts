import { type ChangeOptions } from '../changes/options.ts'
import { type LintOptions } from '../lint/options.ts'

/** Where the SDL of a subgraph comes from. Paths are absolute. */
export type SchemaSource =
  /** The definitions of several files together are the SDL. */
  | { kind: 'files'; files: readonly string[] }
  | { kind: 'introspection'; url: string; headers: Readonly<Record<string, string>> }
  | {
      kind: 'text'
      /** The file that contains the text, for messages. */
      file: string
      sdl: string
    }

export type SubgraphConfig = { name: string; routingUrl: string; source: SchemaSource }

export type CheckConfig = {
  /** The config file. Null for the subgraphs of this repository. */
  file: string | null
  /** Git runs in this folder. */
  folder: string
  subgraphs: readonly SubgraphConfig[]
  /**
   * A supergraph file that is committed together with the subgraphs. Earlier versions of the API, and of subgraphs that are
   * text, are read from it. Null if there is none: earlier versions are composed.
   */
  supergraph: string | null
  lint: LintOptions
  changes: ChangeOptions
}
