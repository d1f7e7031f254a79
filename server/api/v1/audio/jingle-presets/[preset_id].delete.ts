import { deletePreset } from '../../../../services/audio/jingle-presets'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  await deletePreset(client.id, pathId(event, 'preset_id'))
  return sendNoContent(event)
})
