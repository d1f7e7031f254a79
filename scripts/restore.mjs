import { basename } from 'node:path'
import { createFileStore } from '../server/providers/storage'
import { migrationsFolder } from '../server/services/database'
import { useSettings } from '../server/services/settings/env'
import { listBackups } from '../server/services/settings/backup'
import { restoreBackup } from '../server/services/settings/restore'
import { say } from './lib/console.mjs'
import { loadEnvFile } from './lib/env-file.mjs'

const [from] = process.argv.slice(2)

try {
  loadEnvFile()
  const { DATABASE_URL: databaseUrl, DATA_DIR: dataDir, STORAGE_PATH } = useSettings()
  if (from) report(await restoreBackup({ from, dataDir, databaseUrl, store: createFileStore(STORAGE_PATH), migrationsFolder: migrationsFolder() }))
  else await explain(dataDir)
}
catch (error) {
  process.stderr.write(`Nothing was restored. ${error.message}\n`)
  process.exitCode = 1
}

function report({ folder, aside, files, damaged }) {
  say(`Restored ${folder} (the database and ${files} files).`)
  if (aside) say(`The database as it was until now is kept as ${aside}: remove it when you no longer need it.`)
  for (const sha256 of damaged) say(`Missing or damaged in the backup: ${sha256}`)
}

async function explain(dataDir) {
  const folders = await listBackups(dataDir)
  say('Usage: npm run restore -- latest, or the name or path of a backup. Stop the server first.')
  say(folders.length > 0 ? `Backups in ${dataDir}:` : `There is no backup in ${dataDir}.`)
  for (const folder of folders) say(`  ${basename(folder)}`)
  process.exitCode = 1
}
