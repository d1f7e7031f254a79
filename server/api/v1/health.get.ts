import { checkHealth } from '../../services/settings/health'

export default defineApiHandler(async (event) => {
  const health = await checkHealth()
  if (health.status !== 'ok') setResponseStatus(event, 503)
  return health
})
