export { deleteExpiredKeys } from './delete-expired-keys.ts'
export { runCommand } from './run-command.ts'
export { transactInside } from './transact.ts'
