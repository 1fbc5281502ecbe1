import { randomBytes, randomUUID } from 'node:crypto'
import { facets } from '../../contracts/facets.ts'
import { formatId } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { NAME } from '../../subgraphs/users/follow-requests/request-store.ts'
import { someone } from '../posts/api.ts'
import { PASSWORD, signedIn } from '../users/users-client.ts'
import type { Payload, Writer } from './bed.ts'
import { NOBODY, type Event, type Scenario, type Scenarios } from './scenario.ts'

const handle = () => `h_${randomBytes(5).toString('hex')}`

const refreshSession: Scenarios[string] = async ({ users }) => {
  const ann = await signUp(users)
  return {
    writer: users,
    viewer: null,
    input: { refreshToken: ann.refreshToken },
    tells: () => [sessionEvent('refreshed', ann.viewer)],
    refused: { input: { refreshToken: 'unknown' } },
  }
}

export const USERS: Scenarios = {
  async signUp({ users }) {
    const profile = { handle: handle(), name: 'Ann', bio: 'Hi' }
    return {
      writer: users,
      viewer: null,
      input: { ...profile, password: PASSWORD },
      tells: (payload) => [
        created(payload, profile),
        sessionEvent('started', signedIn(payload as never).viewer),
      ],
      refused: {},
    }
  },
  async signIn({ users }) {
    const ann = await signUp(users)
    return {
      writer: users,
      viewer: null,
      input: { handle: ann.handle, password: PASSWORD },
      tells: (payload) => [sessionEvent('started', signedIn(payload as never).viewer)],
      refused: { input: { password: 'another horse' } },
    }
  },
  refreshSession,
  /** The earlier name. */
  refreshToken: refreshSession,
  async signOut({ users }) {
    const ann = await signUp(users)
    const other = signedIn(
      (await users.send('signIn', null, { handle: ann.handle, password: PASSWORD })).payload as never,
    )
    return {
      writer: users,
      viewer: ann.viewer,
      input: { everywhere: true },
      tells: () => [sessionEvent('ended', ann.viewer), sessionEvent('ended', other.viewer)],
      again: {},
      refused: { viewer: NOBODY },
    }
  },
  async endSession({ users }) {
    const ann = await signUp(users)
    const other = signedIn(
      (await users.send('signIn', null, { handle: ann.handle, password: PASSWORD })).payload as never,
    )
    const session = other.viewer.session ?? ''
    return {
      writer: users,
      viewer: ann.viewer,
      input: { sessionId: formatId('session', session) },
      tells: () => [sessionEvent('ended', other.viewer)],
      again: {},
      refused: {
        input: {
          sessionId: formatId(
            'session',
            session.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
          ),
        },
      },
    }
  },
  async changePassword({ users }) {
    const ann = await signUp(users)
    const other = signedIn(
      (await users.send('signIn', null, { handle: ann.handle, password: PASSWORD })).payload as never,
    )
    return {
      writer: users,
      viewer: ann.viewer,
      input: { currentPassword: PASSWORD, newPassword: 'another horse' },
      tells: () => [
        { type: 'password.changed', key: ann.id, payload: { userId: ann.id }, touches: [] },
        sessionEvent('ended', other.viewer),
      ],
      refused: {},
    }
  },
  async createProfile({ external }) {
    const profile = { handle: handle(), name: 'Ann', bio: '' }
    return {
      writer: external,
      viewer: someone(),
      input: profile,
      tells: (payload) => [created(payload, profile)],
      refused: {},
    }
  },
  async updateProfile({ users }) {
    const { id, viewer } = await signUp(users)
    return {
      writer: users,
      viewer,
      input: { bio: 'Hello' },
      tells: () => [
        {
          type: 'user.updated',
          key: id,
          payload: { userId: id, name: 'Ann', bio: 'Hello', approvesFollowers: false, version: 2 },
          touches: [facets.user(id)],
        },
      ],
      again: {},
      refused: { input: { expectedVersion: 1 } },
    }
  },
  approveFollow: ({ users }) => answered(users, 'follow.accepted', {}),
  declineFollow: ({ users }) => answered(users, 'follow.declined', { reason: 'declined' }),
  async renameHandle({ users }) {
    const { id, viewer, handle: previousHandle } = await signUp(users)
    const taken = await signUp(users)
    const wanted = handle()
    return {
      writer: users,
      viewer,
      input: { handle: wanted },
      tells: () => [
        {
          type: 'user.renamed',
          key: id,
          payload: { userId: id, handle: wanted, previousHandle, version: 2 },
          touches: [facets.user(id), facets.handle(previousHandle), facets.handle(wanted)],
        },
      ],
      again: {},
      refused: { input: { handle: taken.handle } },
    }
  },
}

/** Ann has a request to answer, as the reactor keeps it. */
async function answered(users: Writer, type: string, more: Record<string, unknown>): Promise<Scenario> {
  const [ann, bob] = [await signUp(users), await signUp(users)]
  const [requestId, key] = [randomUUID(), `${bob.id}>${ann.id}`]
  await users.database.query(
    `insert into reactor_request (consumer, source, id, key) values ($1, $2, $3, $4)`,
    [NAME.consumer, NAME.source, requestId, key],
  )
  await users.database.query('insert into follow_request values ($1, $2, $3, now())', [
    requestId,
    bob.uuid,
    ann.uuid,
  ])
  const payload = { requestId, followerId: bob.id, followeeId: ann.id, ...more }
  return {
    writer: users,
    viewer: ann.viewer,
    input: { userId: bob.id },
    tells: () => [{ type, key, payload, touches: [facets.followRequests(ann.id)] }],
    refused: {},
  }
}

function created({ user }: Payload, profile: { handle: string; name: string; bio: string }): Event {
  const userId = user?.id ?? ''
  return {
    type: 'user.created',
    key: userId,
    payload: { userId, ...profile, version: 1, createdAt: user?.createdAt },
    touches: [facets.user(userId), facets.handle(profile.handle)],
  }
}

function sessionEvent(what: string, { id, session }: Viewer): Event {
  const payload = { sessionId: session, userId: id }
  return { type: `session.${what}`, key: `session_${session}`, payload, touches: [] }
}

async function signUp(users: Writer) {
  const own = handle()
  const { payload } = await users.send('signUp', null, { handle: own, name: 'Ann', password: PASSWORD })
  return { ...signedIn(payload as never), handle: own }
}
