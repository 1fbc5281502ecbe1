import type { Context } from '../context.ts'
import type { EditRow } from '../queries/lists.ts'
import { showPostText } from '../queries/shown-text.ts'

export const PostEdit = {
  text: (edit: EditRow, _: unknown, { loaders }: Context) => showPostText(edit, loaders),
}
