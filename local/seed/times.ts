const DAY_MS = 86_400_000

/** All seeded activity is earlier than this, so later activity is always newer. Milliseconds since the epoch. */
export const BASE_TIME = Date.UTC(2026, 0, 1)

/** Users sign up during the two years before the first post. */
export const FIRST_SIGN_UP = BASE_TIME - 3 * 365 * DAY_MS
export const FIRST_POST = BASE_TIME - 365 * DAY_MS
