import { expect, inject, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { act, someone } from './api.ts'

it('the export of blocks lists who blocks whom now, for our own services only', async () => {
  const { subgraphUrls, internalSecret } = inject('system')
  const url = new URL('log/export?name=blocks', subgraphUrls.followers)
  const [ann, bob, cat] = [someone(), someone(), someone()]
  await act(ann, 'block', bob.id)
  await act(bob, 'block', cat.id)
  await act(bob, 'unblock', cat.id)
  expect((await fetch(url)).status).toBe(401)
  const headers = { [INTERNAL_HEADER]: signInternal(internalSecret, null, 'followers', Date.now()) }
  const response = await fetch(url, { headers })
  const rows = (await response.text()).trim().split('\n').slice(1, -1)
  const own = rows.filter((row) => [ann, bob, cat].some(({ id }) => row.includes(String(uuid(id)))))
  expect(own.map((row) => JSON.parse(row))).toEqual([{ blockerId: uuid(ann.id), blockedId: uuid(bob.id) }])
})

const uuid = (id: string) => parseIdOf('user', id)
