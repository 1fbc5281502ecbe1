import { describe, expect, it } from 'vitest'
import { processNames } from '../../local/system/environment.ts'
import { gql, gqlData } from '../support/client.ts'
import { startOwnSystem } from '../support/own-system.ts'
import { makeCommunity } from './community.ts'
import { PROFILE, type Profile } from './profile-query.ts'

describe('after a crash', () => {
  it('every process is restarted automatically, and the profile page works again', async () => {
    await using system = await startOwnSystem()
    const url = system.gatewayUrl
    const { star } = await makeCommunity(1, 1, { url })
    const before = await gqlData<Profile>(PROFILE, { handle: star.handle }, { url })
    for (const name of processNames) {
      const pid = system.pid(name)
      await system.crash(name)
      await system.ready(name)
      expect(system.pid(name)).not.toBe(pid)
      await expect
        .poll(async () => (await gql(PROFILE, { handle: star.handle }, { url })).body)
        .toEqual({ data: before })
    }
  })
})
