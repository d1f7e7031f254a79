import { useSettings } from '../services/settings/env'

/** Browsers that came by https once stay with it, seconds. */
const HSTS_MAX_AGE_S = 180 * 24 * 3600

/** What the installation's settings say to every page: its name, and that it is reached by https. */
export default defineEventHandler((event) => {
  const { APP_NAME, APP_URL } = useSettings()
  event.context.app_name = APP_NAME
  if (APP_URL?.startsWith('https:')) setResponseHeader(event, 'strict-transport-security', `max-age=${HSTS_MAX_AGE_S}`)
})
