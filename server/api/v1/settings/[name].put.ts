import { SETTING_SCHEMAS } from '../../../../shared/schemas/settings'
import { putSettings, requireSettingName } from '../../../services/settings/client-settings'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event, 'editor')
  const name = requireSettingName(getRouterParam(event, 'name') ?? '')
  return putSettings(client.id, name, await parseBody(event, SETTING_SCHEMAS[name]))
})
