import { JinglePresetPatchSchema } from '../../../../../shared/schemas/jingle'
import { updatePreset } from '../../../../services/audio/jingle-presets'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const preset_id = pathId(event, 'preset_id')
  return updatePreset(client.id, preset_id, await parseBody(event, JinglePresetPatchSchema))
})
