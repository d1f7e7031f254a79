import { TrackPatchSchema } from '../../../../../../shared/schemas/track'
import { updateTrack } from '../../../../../services/audio/tracks'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const track_id = pathId(event, 'track_id')
  return updateTrack(client.id, track_id, await parseBody(event, TrackPatchSchema))
})
