/** What every gateway is told. */
export type ContenderSettings = {
  /** SDL of the supergraph, with the subgraphs' addresses. */
  supergraph: string
  /** Pass the client's `Authorization` on to the subgraphs. */
  propagateAuthorization: boolean
}
