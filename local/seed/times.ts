const DAY_MS = 86_400_000

/** Everything seeded happened before this moment, so that what people do next is newer. Milliseconds. */
export const BASE_TIME = Date.UTC(2026, 0, 1)

/** Users signed up in the two years before the first post. */
export const FIRST_SIGN_UP = BASE_TIME - 3 * 365 * DAY_MS
export const FIRST_POST = BASE_TIME - 365 * DAY_MS
