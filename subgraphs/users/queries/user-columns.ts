/** A row of `users` as a `User`. */
export const USER_COLUMNS =
  'id, handle, name, bio, approves_followers as "approvesFollowers", version, created_at as "createdAt"'
