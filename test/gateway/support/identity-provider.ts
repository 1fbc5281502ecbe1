import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { fastify } from 'fastify'

export type IdentityProvider = AsyncDisposable & {
  origin: string
  jwksUrl: string
  sign(claims: JWTPayload): Promise<string>
}

/** An identity provider with one key. Its tokens are valid for a minute, unless the claims have another time. */
export async function startIdentityProvider(alg: 'ES256' | 'RS256'): Promise<IdentityProvider> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const app = fastify()
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg }
  app.get('/keys', () => ({ keys: [jwk] }))
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    origin,
    jwksUrl: `${origin}/keys`,
    sign: (claims) =>
      new SignJWT({ exp: Math.floor(Date.now() / 1000) + 60, ...claims })
        .setProtectedHeader({ alg, kid: 'k' })
        .sign(privateKey),
    [Symbol.asyncDispose]: () => app.close(),
  }
}
