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
      /** The supergraph file whose earlier commits contain this subgraph. Null if the config file has its text. */
      committedIn: string | null
    }

export type SubgraphConfig = { name: string; routingUrl: string; source: SchemaSource }

export type CheckConfig = {
  /** The config file. Null for the subgraphs of this repository. */
  file: string | null
  /** Git runs in this folder. */
  folder: string
  subgraphs: readonly SubgraphConfig[]
  /** The value of `lint` in the config file, unchecked. */
  lint: unknown
}
