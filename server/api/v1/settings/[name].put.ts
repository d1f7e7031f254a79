import { SETTING_SCHEMAS } from '../../../../shared/schemas/settings'
import { changeSettings } from '../../../services/settings/change-settings'
import { requireSettingName } from '../../../services/settings/client-settings'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const name = requireSettingName(getRouterParam(event, 'name') ?? '')
  return changeSettings(client.id, name, await parseBody(event, SETTING_SCHEMAS[name]))
})
