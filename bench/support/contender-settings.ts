/** Settings of every gateway. */
export type ContenderSettings = {
  /** SDL of the supergraph, including the addresses of the subgraphs. */
  supergraph: string
  /** Whether to forward the client's `Authorization` header to the subgraphs. */
  propagateAuthorization: boolean
}
