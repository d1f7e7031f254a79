import { SetUpSchema } from '../../../../shared/schemas/client'
import { setUp } from '../../../services/client/setup'
import { useSettings } from '../../../services/settings/env'
import { countAct } from '../../../services/rate-limit'

export default defineApiHandler(async (event) => {
  await countAct('setup', callerAddress(event))
  const input = await parseBody(event, SetUpSchema)
  await setUp(input, useSettings())
  setResponseStatus(event, 201)
  return signIn(event, input.email, input.password)
})
