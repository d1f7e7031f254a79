import { stopNotices } from '../services/alert/send'
import { stopUploads } from '../services/audio/upload/queue'
import { closeWorkers } from '../services/audio/worker-pool'
import { closeDatabase } from '../services/database'
import { stopJobs } from '../services/library/jobs'
import { SettingsError, useSettings } from '../services/settings/env'
import { whenReady } from '../services/start'

/** Start and end of the process. Whatever fails at the start ends it with its reason, in one line. */
export default defineNitroPlugin((nitro) => {
  if (import.meta.prerender) return
  process.prependListener('uncaughtException', endWithoutPort)
  whenReady().catch((error) => {
    console.error(error instanceof SettingsError ? error.message : `MediaFlow cannot start: ${reasonOf(error)}`)
    process.exit(1)
  })
  nitro.hooks.hook('close', async () => {
    await Promise.all([stopUploads(), stopJobs(), stopNotices()])
    await closeWorkers()
    await closeDatabase()
  })
})

/** Nitro logs it and goes on, as a process that answers nobody. */
function endWithoutPort(error: NodeJS.ErrnoException): void {
  if (error.syscall !== 'listen') return
  const { HOST, PORT } = useSettings()
  const why = error.code === 'EADDRINUSE' ? 'another program listens there' : error.message
  console.error(`MediaFlow cannot start: port ${PORT} of ${HOST} cannot be used: ${why} (PORT, HOST).`)
  process.exit(1)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? error.cause.message : ''
  return error.message.includes(cause) ? error.message : `${error.message} (${cause})`
}
