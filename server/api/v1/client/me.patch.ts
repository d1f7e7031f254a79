import { MePatchSchema } from '../../../../shared/schemas/client'
import { describeMe, renamePerson } from '../../../services/client/access'

export default defineApiHandler(async (event) => {
  const person = await requirePerson(event)
  const { name } = await parseBody(event, MePatchSchema)
  return describeMe(await renamePerson(person, name))
})
