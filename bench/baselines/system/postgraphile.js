import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { postgraphile } from 'postgraphile'

/** PostGraphile in library mode. Arguments of the process: the address of the database, and the port. */
const [connectionString, port] = process.argv.slice(2)
const pgl = postgraphile({
  extends: [PostGraphileAmberPreset],
  grafserv: { graphqlPath: '/graphql', graphiql: false, websockets: false, watch: false },
  grafast: { explain: false },
  pgServices: [makePgService({ connectionString, schemas: ['public'] })],
})
const server = createServer()
await pgl.createServ(grafserv).addTo(server)
server.listen({ host: '127.0.0.1', port: Number(port) }, () => process.send('ready'))
process.once('disconnect', () => process.exit())
