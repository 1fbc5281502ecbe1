/** Algorithms of identity providers that can be accepted: asymmetric ones, so that who verifies cannot sign. */
export const ASYMMETRIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

/** Those that are accepted of an identity provider unless the configuration says otherwise. */
export const DEFAULT_ALGORITHMS: readonly (typeof ASYMMETRIC_ALGORITHMS)[number][] = [
  'RS256',
  'PS256',
  'ES256',
  'ES384',
  'EdDSA',
]
