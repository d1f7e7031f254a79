import { UploadFieldsSchema } from '../../../../../shared/schemas/upload'
import { acceptUpload, receiveUpload } from '../../../../services/audio/upload/accept'
import { useSettings } from '../../../../services/settings/env'

export default defineApiHandler(async (event) => {
  const { client, user } = await requireMember(event, 'editor')
  const { body: _, ...known } = repeatable(event, client.id, null)
  const form = await readUploadForm(event, useSettings().MAX_UPLOAD_SIZE, receiveUpload)
  const fields = await discardOnError(form.file, () => parseFields(UploadFieldsSchema, form.fields))
  setResponseStatus(event, 202)
  return acceptUpload(form.file, { client_id: client.id, user_id: user?.id ?? null, fields, original_name: form.filename, repeatable: known })
})
