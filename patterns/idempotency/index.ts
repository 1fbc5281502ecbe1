export { forgetKeys } from './forget-keys.ts'
export { runCommand } from './run-command.ts'
