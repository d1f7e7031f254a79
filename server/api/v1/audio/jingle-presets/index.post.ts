import { NewJinglePresetSchema } from '../../../../../shared/schemas/jingle'
import { createPreset } from '../../../../services/audio/jingle-presets'
import { once } from '../../../../services/idempotency'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const preset = await parseBody(event, NewJinglePresetSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, preset), tx => createPreset(tx, client.id, preset))
})
