import { ApolloGateway, IntrospectAndCompose } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

/** The stock gateway. Arguments of the process: its port, then `name=url` of each subgraph. */
const [port, ...subgraphs] = process.argv.slice(2)
const gateway = new ApolloGateway({
  supergraphSdl: new IntrospectAndCompose({
    subgraphs: subgraphs.map((subgraph) => {
      const [name, url] = subgraph.split('=')
      return { name, url }
    }),
  }),
})
const server = new ApolloServer({ gateway })
await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: Number(port) } })
process.once('disconnect', () => process.exit())
process.send('ready')
