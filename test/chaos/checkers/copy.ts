import type { Checker } from './history.ts'

/** When everything is applied, the copy equals the owner's state. */
export const copy: Checker = (history) => {
  const things = new Set([...history.owner.keys(), ...history.copy.keys()])
  return [...things].flatMap((thing) => {
    const [theirs, ours] = [history.owner.get(thing), history.copy.get(thing)]
    if (theirs === ours) return []
    return [`${thing}: the owner has ${theirs ?? 'nothing'}, the copy ${ours ?? 'nothing'}`]
  })
}
