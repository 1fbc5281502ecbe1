/** A signed-in user. */
export type Person = { id: string; token: string }

/** Makes a profile for each token. */
export async function createPeople(url: string, tokens: readonly string[]): Promise<Person[]> {
  const people: Person[] = []
  for (const [i, token] of tokens.entries()) {
    const data = await ask(url, token, CREATE, { handle: `person_${i}`, name: `Person ${i}` })
    people.push({ id: (data as Created).createProfile.user.id, token })
  }
  return people
}

/** Publishes posts, one after the other, each by the next person. Resolves with their ids. */
export async function createPosts(url: string, people: readonly Person[], count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const data = await ask(url, people[i % people.length]?.token ?? '', POST, { text: `Hello ${i}` })
    ids.push((data as Published).createPost.post.id)
  }
  return ids
}

type Created = { createProfile: { user: { id: string } } }
type Published = { createPost: { post: { id: string } } }

const CREATE = `mutation ($handle: String!, $name: String!) {
  createProfile(input: { handle: $handle, name: $name }) { ... on CreateProfileSuccess { user { id } } }
}`
const POST = `mutation ($text: String!) {
  createPost(input: { text: $text }) { ... on CreatePostSuccess { post { id } } }
}`

async function ask(url: string, token: string, query: string, variables: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const result = (await response.json()) as { data?: unknown; errors?: unknown }
  if (!result.data || result.errors)
    throw new Error(`${url} answered ${JSON.stringify(result).slice(0, 500)}`)
  return result.data
}
