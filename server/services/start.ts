import { ensureShippedTracks } from './audio/shipped-tracks'
import { setUpFromSettings, setUpNeeded, setUpToken } from './client/setup'
import { useDatabase } from './database'
import { indexForgotten } from './library/search'
import { ensureShippedTemplates } from './library/shipped-templates'
import { useLogger } from './logger'
import { startLive } from './player/live'
import { useSettings } from './settings/env'

let starting: Promise<void> | undefined

/**
 * The start of this process, once: settings, database, the other instances, the first account. The server listens
 * before that is done: whoever answers a request, an upgrade or a task waits for it.
 */
export function whenReady(): Promise<void> {
  starting ??= start()
  return starting
}

async function start(): Promise<void> {
  const settings = useSettings()
  const { kind } = await useDatabase()
  await startLive()
  await ensureShippedTracks()
  await ensureShippedTemplates()
  const made = await setUpFromSettings(settings)
  useLogger('start').info({ database: kind, admin_made: made, env: settings.APP_ENV }, 'ready')
  void indexForgotten().catch(error => useLogger('library').error({ err: error }, 'messages were not indexed'))
  if (await setUpNeeded()) console.log(`Set-up token: ${setUpToken(settings)}`)
}
