import { uploadLimits } from '../../../../services/audio/upload/limits'

export default defineApiHandler(async (event) => {
  await requireMember(event)
  return uploadLimits()
})
