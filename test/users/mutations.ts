const USER = 'user { id handle name bio version createdAt }'
const SESSION = 'session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt }'
const ISSUES = '... on InvalidInput { issues { path message } }'
const STALE = '... on StaleVersion { currentVersion }'

/** What each mutation's success carries, and which of its errors carry more than the others. */
const SELECTIONS = {
  signUp: [`${USER} ${SESSION}`, ISSUES],
  signIn: [`${USER} ${SESSION}`, ISSUES],
  refreshSession: [SESSION, ''],
  refreshToken: [SESSION, ''],
  signOut: ['endedSessions', ''],
  endSession: ['sessionId', ISSUES],
  changePassword: ['endedSessions', ISSUES],
  createProfile: [USER, ISSUES],
  updateProfile: [USER, `${ISSUES} ${STALE}`],
  approveFollow: ['user { id } viewer { id followRequests { nodes { id } } }', ISSUES],
  declineFollow: ['user { id } viewer { id followRequests { nodes { id } } }', ISSUES],
  renameHandle: [USER, `${ISSUES} ${STALE}`],
} as const

export type MutationName = keyof typeof SELECTIONS

export type UserFields = {
  id: string
  handle: string
  name: string
  bio: string
  version: number
  createdAt: string
}

/** A payload of any of the mutations; `__typename` says which fields there are. */
export type Payload = {
  __typename: string
  user?: UserFields
  session?: {
    accessToken: string
    accessTokenExpiresAt: string
    refreshToken: string
    refreshTokenExpiresAt: string
  }
  endedSessions?: number
  sessionId?: string
  code?: string
  path?: string[]
  message?: string
  issues?: { path: string[]; message: string }[]
  currentVersion?: number
}

/** The mutation with everything selected, its `input` in a variable. */
export function mutationText(name: MutationName): string {
  const type = name.charAt(0).toUpperCase() + name.slice(1)
  const [success, errors] = SELECTIONS[name]
  return `mutation ($input: ${type}Input!) {
    ${name}(input: $input) {
      __typename ... on ${type}Success { ${success} } ... on UserError { code path message } ${errors}
    }
  }`
}
