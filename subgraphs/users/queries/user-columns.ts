/** A row of `users` as a `User`. */
export const USER_COLUMNS = 'id, handle, name, bio, version, created_at as "createdAt"'
