import { getSettings, requireSettingName } from '../../../services/settings/client-settings'

export default defineApiHandler(async (event) => {
  const { client } = await requireMember(event)
  return getSettings(client.id, requireSettingName(getRouterParam(event, 'name') ?? ''))
})
