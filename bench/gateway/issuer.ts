import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Number of users who are signed in at the same time. */
const USERS = 500

/** An identity provider: its keys over HTTP, and one token for each of its users. Tokens outlast any session. */
export type Issuer = AsyncDisposable & { issuer: string; jwksUrl: string; tokens: readonly string[] }

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }],
  })
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(jwks)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = 'https://id.example'
  const tokens = await Promise.all(
    Array.from({ length: USERS }, (_, i) =>
      new SignJWT({ scope: 'openid profile' })
        .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
        .setSubject(`user-${i}`)
        .setIssuer(issuer)
        .setAudience('tessera')
        .setIssuedAt()
        .setExpirationTime('1 day')
        .sign(privateKey),
    ),
  )
  return {
    issuer,
    jwksUrl: `http://127.0.0.1:${port}/jwks`,
    tokens,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
