import fastifyStatic from '@fastify/static'
import { createRequire } from 'node:module'
import { basename, dirname } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Explorer } from './default-query.ts'
import { graphiqlPage } from './graphiql-page.ts'
import { sandboxPage } from './sandbox-page.ts'

/** GraphiQL's files, by the package they come from. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  graphiql: ['graphiql.min.js', 'graphiql.min.css'],
  react: ['umd/react.production.min.js'],
  'react-dom': ['umd/react-dom.production.min.js'],
}

/** `GET /`: Apollo Sandbox, loaded from Apollo's network. `GET /graphiql`: GraphiQL, served by the gateway. */
export async function explorerPages(app: FastifyInstance, explorer: Explorer): Promise<void> {
  const pages = { '/': sandboxPage(explorer), '/graphiql': graphiqlPage(explorer) }
  for (const [path, page] of Object.entries(pages)) {
    app.get(path, (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
  }

  const resolve = createRequire(import.meta.url).resolve
  await app.register(fastifyStatic, { root: dirname(resolve('graphiql/package.json')), serve: false })
  for (const [name, files] of Object.entries(FILES)) {
    const folder = dirname(resolve(`${name}/package.json`))
    for (const file of files) {
      app.get(`/graphiql/${basename(file)}`, (_request, reply) =>
        reply.sendFile(file, folder, { maxAge: '1h' }),
      )
    }
  }
}
