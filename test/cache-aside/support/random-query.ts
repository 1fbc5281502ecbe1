import fc from 'fast-check'

type Query = { query: string; variables: Record<string, unknown> }

const LEAVES = {
  User: [
    'id',
    'handle',
    'name',
    'bio',
    'version',
    'createdAt',
    'postCount',
    'followerCount',
    'followingCount',
  ],
  Post: ['id', 'text', 'version', 'likeCount', 'replyCount', 'editedAt', 'createdAt'],
  PostEdit: ['text', 'version', 'replacedAt'],
}
const PRIVATE = {
  User: ['viewerFollows', 'followsViewer', 'viewerBlocks'],
  Post: ['viewerHasLiked'],
  PostEdit: [],
}
/** Connections, and the type and the fields of their edges. */
const LISTS = {
  User: {
    posts: ['Post', 'cursor'],
    followers: ['User', 'followedAt'],
    following: ['User', 'cursor followedAt'],
    followersYouKnow: ['User', 'followedAt'],
  },
  Post: {
    replies: ['Post', 'cursor'],
    mentions: ['User', 'cursor'],
    likers: ['User', 'likedAt'],
    edits: ['PostEdit', 'cursor'],
  },
  PostEdit: {},
} as const satisfies Record<string, Record<string, readonly [keyof typeof LEAVES, string]>>
const OBJECTS = { User: {}, Post: { author: 'User', replyTo: 'Post' }, PostEdit: {} } as const

type Type = keyof typeof LEAVES

/** Variables with their types, and values that a client may send. Undefined: none. */
const VARIABLES: Record<string, { type: string; values: readonly unknown[] }> = {
  yes: { type: 'Boolean!', values: [true, false] },
  no: { type: 'Boolean = false', values: [undefined, true, false] },
  n: { type: 'Int = 2', values: [undefined, null, 1, 3] },
  filter: { type: 'PostFilter! = ALL', values: [undefined, 'POSTS', 'REPLIES', 'ALL'] },
}

/** Queries with aliases, fragments, conditions and variables, about these people and posts. */
export function randomQueries(
  people: readonly { id: string; handle: string }[],
  posts: readonly string[],
): fc.Arbitrary<Query> {
  return fc.infiniteStream(fc.nat(2 ** 30)).map((numbers) => {
    const below = (n: number) => Number(numbers.next().value) % n
    const one = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item
    const variables: Record<string, unknown> = {}
    let aliases = 0

    const small = ['first: 1', 'first: 3', 'last: 2']
    /** Without a size, a page has 20 items: too many in each other. */
    const page = (depth: number) => one(depth > 0 ? small : ['', 'first: $n', ...small])
    const condition = () => one(['', '', '', ' @include(if: $yes)', ' @skip(if: $no)'])
    const field = (name: string) => (below(3) === 0 ? `a${++aliases}: ${name}` : name)

    function list(name: string, [of, edge]: readonly [Type, string], depth: number): string {
      const filter = name === 'posts' && below(2) === 0 ? 'filter: $filter' : ''
      const args = [page(depth), filter].filter((text) => text !== '').join(', ')
      const items = one([
        () => `nodes { ${selection(of, depth)} }`,
        () => `edges { ${edge} node { ${selection(of, depth)} } }`,
        () => `edges { ${edge} } pageInfo { hasNextPage startCursor }`,
      ])()
      // With an alias, so that two with other arguments do not conflict.
      return `a${++aliases}: ${name}${args && `(${args})`}${condition()} { ${items} }`
    }

    function selection(type: Type, depth: number): string {
      const parts = Array.from({ length: 1 + below(3) }, () => {
        const kind = below(depth > 0 ? 8 : 3)
        if (kind === 7) return `... on ${type}${condition()} { ${selection(type, depth - 1)} }`
        if (kind === 2 && PRIVATE[type].length > 0) return field(one(PRIVATE[type]))
        const lists = Object.entries(LISTS[type])
        if (kind >= 4 && lists.length > 0) return list(...one(lists), depth - 1)
        const objects = Object.entries(OBJECTS[type])
        const [name, of] = one(objects) ?? ['', type]
        if (kind === 3 && objects.length > 0)
          return `${field(name)}${condition()} { id ${selection(of, depth - 1)} }`
        return `${field(one(LEAVES[type]))}${condition()}`
      })
      return `__typename ${parts.join(' ')}`
    }

    const roots = Array.from({ length: 1 + below(2) }, () => {
      const alias = `a${++aliases}`
      const { id, handle } = one(people)
      return one([
        () =>
          `${alias}: user(handle: ${JSON.stringify(one([handle, handle.toUpperCase()]))}) { ${selection('User', 3)} }`,
        () => `${alias}: user(handle: ${JSON.stringify(handle)}) { ${selection('User', 3)} }`,
        () => `${alias}: post(id: ${JSON.stringify(one(posts))}) { ${selection('Post', 3)} }`,
        () => `${alias}: node(id: ${JSON.stringify(id)}) { ... on User { ${selection('User', 2)} } }`,
        () => `${alias}: viewer { user { ${selection('User', 2)} } }`,
      ])()
    })
    const body = roots.join(' ')
    const definitions = Object.keys(VARIABLES).flatMap((name) => {
      if (!new RegExp(`\\$${name}\\b`).test(body)) return []
      const value = one(VARIABLES[name]?.values ?? [])
      if (value !== undefined) variables[name] = value
      return [`$${name}: ${VARIABLES[name]?.type}`]
    })
    const head = definitions.length > 0 ? `(${definitions.join(', ')})` : ''
    return { query: `query ${one(['A', 'B'])}${head} { ${body} }`, variables }
  })
}
