import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from '../../../platform/root.ts'
import { loaderOption } from './control.ts'
import { patch } from './patch.ts'

test('a text that is missing or occurs twice is an error that names the file', () => {
  const piece = { file: 'a.ts', find: 'x', replace: 'y' }
  expect(() => patch('a', piece, 'the bug b')).toThrow(
    'the bug b cannot be planted: a.ts has this text 0 times',
  )
  expect(() => patch('x x', piece, 'the bug b')).toThrow('a.ts has this text 2 times')
  expect(patch('a $& x b', { ...piece, replace: '$&' }, 'the bug b')).toBe('a $& $& b')
})

const TOKEN = `
  const { tokenOf, mergeTokens } = await import('./patterns/change-log/token/token.ts')
  console.log(mergeTokens(tokenOf('a', 1, '10'), tokenOf('a', 1, '9')).get('a').xids.size)`

async function runNode(...options: string[]) {
  const args = [...options, '--input-type=module', '--eval', TOKEN]
  return promisify(execFile)(process.execPath, args, { cwd: root })
}

test('a bug exists only in the processes that it was planted in', async () => {
  expect((await runNode()).stdout).toBe('2\n')
  expect((await runNode(loaderOption({}))).stdout).toBe('2\n')
  expect((await runNode(loaderOption({ plants: ['token-by-maximum'] }))).stdout).toBe('1\n')
})

test('an unknown bug ends the process', async () => {
  const option = loaderOption({ plants: ['token-by-maximum'] }).replace('maximum', 'minimum')
  await expect(runNode(option)).rejects.toThrow('There is no bug "token-by-minimum" to plant, only')
})
