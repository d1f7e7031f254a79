import { closeWorkers } from '../services/audio/worker-pool'
import { setUpFromSettings, setUpNeeded, setUpToken } from '../services/client/setup'
import { closeDatabase, useDatabase } from '../services/database'
import { useLogger } from '../services/logger'
import { startLive } from '../services/player/live'
import { SettingsError, useSettings } from '../services/settings/env'

/** Start and end of the process: settings, database, first account. Whatever fails here ends it with its reason. */
export default defineNitroPlugin((nitro) => {
  if (import.meta.prerender) return
  start().catch((error) => {
    console.error(error instanceof SettingsError ? error.message : `MediaFlow cannot start: ${reasonOf(error)}`)
    process.exit(1)
  })
  nitro.hooks.hook('close', async () => {
    await closeWorkers()
    await closeDatabase()
  })
})

async function start(): Promise<void> {
  const settings = useSettings()
  const { kind } = await useDatabase()
  await startLive()
  const made = await setUpFromSettings(settings)
  useLogger('start').info({ database: kind, admin_made: made, env: settings.APP_ENV }, 'ready')
  if (await setUpNeeded()) console.log(`Set-up token: ${setUpToken(settings)}`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
