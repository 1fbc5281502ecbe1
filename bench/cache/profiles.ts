import { PROFILE, type Profile } from '../../test/e2e/profile-query.ts'

export type ProfileIds = { userId: string; postIds: readonly string[] }

/** Number of requests in flight. */
const AT_ONCE = 16

/** Reads the pages of users. @throws Error if one does not exist */
export async function readProfiles(url: string, handles: readonly string[]): Promise<ProfileIds[]> {
  const profiles: ProfileIds[] = []
  let next = 0
  const read = async () => {
    for (let i = next++; i < handles.length; i = next++) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: PROFILE, variables: { handle: handles[i] } }),
      })
      const { data } = (await response.json()) as { data?: Profile }
      if (!data?.user) throw new Error(`${url} has no page of ${handles[i]}`)
      const { id, posts } = data.user
      profiles[i] = { userId: id, postIds: posts?.nodes.map((post) => post.id) ?? [] }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, read))
  return profiles
}
