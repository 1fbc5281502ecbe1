import type { Deed, World } from './deed.ts'
import { createRegister, type Register } from './register.ts'
import type { Person } from './people.ts'
import { changeRelation, isShared, pickOther, setApproval } from './relation-deeds.ts'

type Make = (world: World, person: Person, operation: string) => Deed | null

/** The activities, with their frequency in percent. */
const DEEDS: readonly (readonly [weight: number, make: Make])[] = [
  [22, followOrUnfollow],
  [22, likeOrUnlike],
  [16, createPost],
  [12, editPost],
  [5, deletePost],
  [7, renameHandle],
  [8, updateProfile],
  [5, editLate],
  [3, takeHandle],
]

/** Chooses the next activity of a user. The kind depends on the seed only, the object on the current state. */
export function nextDeed(world: World, person: Person, operation: string): Deed {
  let at = person.random.below(100)
  const chosen = DEEDS.find(([weight]) => (at -= weight) < 0)?.[1] ?? createPost
  return chosen(world, person, operation) ?? createPost(world, person, operation)
}

function toggle(register: Register, operation: string) {
  const now = register.certain()
  const value = now === 'true' ? 'false' : 'true'
  return { on: value === 'true', sure: now !== null, settle: register.write(value, operation) }
}

function registerOf(
  registers: Map<string, Register>,
  key: string,
  generation: () => number,
  since: number,
): Register {
  const known = registers.get(key)
  if (known) return known
  const register = createRegister(generation)
  // No other client changes it, and it did not exist before.
  if (generation() === since) register.write('false', 'nobody')('ok')
  registers.set(key, register)
  return register
}

function followOrUnfollow(world: World, person: Person, operation: string): Deed | null {
  const { generations } = world
  const other = pickOther(world, person)
  if (!other) return null
  if (isShared(person, other)) return changeRelation(person, other)
  const register = registerOf(person.follows, other.id, () => generations.followers, 0)
  const { on, sure, settle } = toggle(register, operation)
  return {
    kind: on ? 'follow' : 'unfollow',
    database: 'followers',
    thing: `${person.id}>${other.id}`,
    input: { userId: other.id },
    sure,
    settle(outcome, payload) {
      // The request is committed, but it is not known when the follow begins.
      const waits = on && outcome === 'ok' && payload?.['followState'] !== 'FOLLOWING'
      settle(waits ? 'late' : outcome)
    },
  }
}

function likeOrUnlike({ people, generations }: World, person: Person, operation: string): Deed | null {
  const posts = [...person.random.pick(people).posts].slice(-20)
  if (posts.length === 0) return null
  const [postId, { generation }] = person.random.pick(posts)
  const register = registerOf(person.likes, postId, () => generations.posts, generation)
  const { on, sure, settle } = toggle(register, operation)
  return {
    kind: on ? 'likePost' : 'unlikePost',
    database: 'posts',
    thing: `${person.id} likes ${postId}`,
    input: { postId },
    sure,
    settle,
  }
}

/** A text with the id of the operation that wrote it and a mention. */
function textOf({ people }: World, { random }: Person, operation: string): string {
  const other = random.pick(people).handle.certain()
  return `${operation} says hello to ${other === null ? 'nobody' : `@${other}`}`
}

function createPost(world: World, person: Person, operation: string): Deed {
  const { generations } = world
  const begun = generations.posts
  const settle = person.shelf.publish()
  return {
    kind: 'createPost',
    database: 'posts',
    thing: `a post of ${person.id}`,
    input: { text: textOf(world, person, operation) },
    sure: true,
    settle(outcome, payload) {
      const post = payload?.['post'] as { id?: string } | undefined
      settle(outcome, post?.id)
      if (outcome !== 'ok' || post?.id === undefined || generations.posts !== begun) return
      const text = createRegister(() => generations.posts)
      text.write(operation, operation)('ok')
      person.posts.set(post.id, { text, version: 1, generation: begun })
    },
  }
}

function ownPost({ generations }: World, person: Person): string | null {
  for (const [id, post] of person.posts) if (post.generation !== generations.posts) person.posts.delete(id)
  const certain = [...person.posts].filter(([, { text }]) => text.certain() !== null).map(([id]) => id)
  return certain.length > 0 ? person.random.pick(certain.slice(-20)) : null
}

function editPost(world: World, person: Person, operation: string): Deed | null {
  const postId = ownPost(world, person)
  const post = postId === null ? undefined : person.posts.get(postId)
  if (!post) return null
  const settle = post.text.write(operation, operation)
  return {
    kind: 'editPost',
    database: 'posts',
    thing: String(postId),
    input: { postId, text: textOf(world, person, operation), expectedVersion: post.version },
    sure: true,
    settle(outcome) {
      settle(outcome)
      if (outcome === 'ok') post.version++
    },
  }
}

/** Must be rejected, because the post has another version now. */
function editLate(world: World, person: Person, operation: string): Deed | null {
  const deed = editPost(world, person, operation)
  if (!deed) return null
  return { ...deed, input: { ...deed.input, expectedVersion: 1_000_000 } }
}

/** Usually rejected, because another user has the handle. */
function takeHandle({ people }: World, person: Person, operation: string): Deed | null {
  const handle = person.random.pick(people).handle.certain()
  if (handle === null || handle === person.handle.certain()) return null
  const settle = person.handle.write(handle, operation)
  return { kind: 'renameHandle', database: 'users', thing: person.id, input: { handle }, sure: true, settle }
}

function deletePost(world: World, person: Person): Deed | null {
  const postId = ownPost(world, person)
  if (postId === null) return null
  // From now on, no read must return it.
  person.posts.delete(postId)
  return {
    kind: 'deletePost',
    database: 'posts',
    thing: postId,
    input: { postId },
    sure: true,
    settle: person.shelf.remove(postId),
  }
}

function renameHandle(_: World, person: Person, operation: string): Deed {
  const handle = `h${operation.slice(0, 20)}`
  return {
    kind: 'renameHandle',
    database: 'users',
    thing: person.id,
    input: { handle },
    sure: true,
    settle: person.handle.write(handle, operation),
  }
}

function updateProfile(_: World, person: Person, operation: string): Deed {
  if (person.sharing && person.random.chance(0.5)) return setApproval(person)
  return {
    kind: 'updateProfile',
    database: 'users',
    thing: person.id,
    input: { bio: operation },
    sure: true,
    settle: person.bio.write(operation, operation),
  }
}
