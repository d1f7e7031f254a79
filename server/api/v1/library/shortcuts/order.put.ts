import { ShortcutOrderSchema } from '../../../../../shared/schemas/template'
import { orderShortcuts } from '../../../../services/library/shortcuts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const { shortcut_ids } = await parseBody(event, ShortcutOrderSchema)
  return wholeList(await orderShortcuts(client.id, shortcut_ids))
})
