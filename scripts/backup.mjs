import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../db/client'
import { embeddedDir } from '../db/embedded'
import { DatabaseLocked } from '../db/lock'
import { createFileStore } from '../server/providers/storage'
import { backupNow } from '../server/services/settings/backup'
import { askForBackup } from '../server/services/settings/backup-signal'
import { useSettings } from '../server/services/settings/env'
import { say } from './lib/console.mjs'
import { loadEnvFile } from './lib/env-file.mjs'

try {
  loadEnvFile()
  const { folder, files } = await backup(useSettings())
  say(`Backup made: ${folder} (the database and ${files} files).`)
}
catch (error) {
  process.stderr.write(`No backup was made. ${error.message}\n`)
  process.exitCode = 1
}

async function backup({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir, STORAGE_PATH }) {
  if (!databaseUrl && !existsSync(join(embeddedDir(dataDir), 'PG_VERSION'))) throw new Error(`There is no database in ${dataDir}.`)
  const database = await open(databaseUrl, dataDir)
  if (!database) {
    say('The server is running: asking it for a backup …')
    return await askForBackup(dataDir)
  }
  try {
    return await backupNow({ database, databaseUrl, store: createFileStore(STORAGE_PATH), dataDir })
  }
  finally {
    await database.close()
  }
}

/** As it is, without bringing it up to date: a backup before an upgrade is one of the old version. */
async function open(databaseUrl, dataDir) {
  try {
    return await openDatabase({ databaseUrl, dataDir })
  }
  catch (error) {
    if (error instanceof DatabaseLocked) return null
    throw error
  }
}
