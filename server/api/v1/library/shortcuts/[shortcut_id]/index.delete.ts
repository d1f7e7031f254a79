import { deleteShortcut } from '../../../../../services/library/shortcuts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deleteShortcut(client.id, pathId(event, 'shortcut_id'))
  return sendNoContent(event)
})
