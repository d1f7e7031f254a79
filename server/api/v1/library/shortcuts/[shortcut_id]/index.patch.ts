import { ShortcutPatchSchema } from '../../../../../../shared/schemas/template'
import { updateShortcut } from '../../../../../services/library/shortcuts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const shortcut_id = pathId(event, 'shortcut_id')
  return updateShortcut(client.id, shortcut_id, await parseBody(event, ShortcutPatchSchema))
})
