import { NewShortcutSchema } from '../../../../../shared/schemas/template'
import { once } from '../../../../services/idempotency'
import { createShortcut } from '../../../../services/library/shortcuts'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const input = await parseBody(event, NewShortcutSchema)
  setResponseStatus(event, 201)
  return once(repeatable(event, client.id, input), tx => createShortcut(tx, client.id, input))
})
