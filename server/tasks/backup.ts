import { useDatabase } from '../services/database'
import { useLogger } from '../services/logger'
import { backupInstallation } from '../services/settings/backup'
import { asOnlyInstance } from '../services/settings/only-instance'

/** Makes true: there is a backup of today. Of several instances on one Postgres one makes it. */
export default defineTask({
  meta: { name: 'backup', description: 'Backs up the database and the files into DATA_DIR/backups' },
  async run() {
    const log = useLogger('backup')
    try {
      const backup = await asOnlyInstance(await useDatabase(), backupInstallation)
      if (backup) log.info(backup, 'backup made')
      return { result: backup }
    }
    catch (error) {
      log.error({ reason: (error as Error).message }, 'no backup was made')
      throw error
    }
  },
})
