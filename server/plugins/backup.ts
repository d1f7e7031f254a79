import { useDatabase } from '../services/database'
import { backupInstallation } from '../services/settings/backup'
import { answerBackupSignal } from '../services/settings/backup-signal'
import { useSettings } from '../services/settings/env'

/** `npm run backup` asks the server for a backup of the database that it holds. */
export default defineNitroPlugin((nitro) => {
  if (import.meta.prerender) return
  useDatabase().then(({ kind }) => {
    if (kind === 'pglite') nitro.hooks.hook('close', answerBackupSignal(useSettings().DATA_DIR, backupInstallation))
  // Why it cannot be opened is said by the plugin that starts the product.
  }).catch(() => {})
})
