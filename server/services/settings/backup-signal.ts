import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { announceBackups, lockHolder } from '../../../db/lock'
import { backupsDir, type Backup } from './backup'

/** What became of a backup that was asked for by signal. */
type Answer = { at: string } & ({ ok: true } & Backup | { ok: false, message: string })

const SIGNAL = 'SIGUSR2'
const answerFile = (dataDir: string) => join(backupsDir(dataDir), 'last-asked.json')

/**
 * Lets `npm run backup` have a backup of the embedded database while this process holds it.
 * @param dataDir whose lock this process holds
 * @param work makes the backup
 * @returns to be called when the database is about to be closed: from then on the answer is no
 */
export function answerBackupSignal(dataDir: string, work: () => Promise<Backup>): () => void {
  // Worker threads (`nuxt dev`) get no signals, and Windows has none.
  if (!isMainThread || process.platform === 'win32') return () => {}
  let stopping = false
  const answer = async () => {
    const made = stopping ? Promise.reject(new Error('it is stopping.')) : work()
    const result = await made.then(backup => ({ ok: true as const, ...backup }), (error: Error) => ({ ok: false as const, message: error.message }))
    await writeAnswer(dataDir, { at: new Date().toISOString(), ...result })
  }
  process.on(SIGNAL, () => void answer().catch(() => {}))
  announceBackups(dataDir)
  // The signal is heard to the end: without a listener it would kill the process while it closes its database.
  return () => stopping = true
}

/**
 * Asks the process that holds the embedded database for a backup, and waits for it.
 * @throws when it cannot be asked, dies, or answers why it could not
 */
export async function askForBackup(dataDir: string): Promise<Backup> {
  const holder = lockHolder(dataDir)
  if (!holder) throw new Error(`The embedded database in ${dataDir} is in use, and nobody says by whom. Stop that process and try again.`)
  const who = `process ${holder.pid} on ${holder.host} (${holder.command})`
  if (holder.host !== hostname()) throw new Error(`The embedded database in ${dataDir} is in use by ${who}: run the backup there.`)
  // That signal ends any program that does not know it.
  if (!holder.takes_backups) throw new Error(`The embedded database in ${dataDir} is in use by ${who}, which makes no backups when asked. Stop it and try again.`)
  const before = readAnswer(dataDir)?.at
  process.kill(holder.pid, SIGNAL)
  while (true) {
    const answer = readAnswer(dataDir)
    if (answer && answer.at !== before) {
      if (answer.ok) return { folder: answer.folder, files: answer.files }
      throw new Error(`The server (${who}) could not make a backup: ${answer.message}`)
    }
    if (!isAlive(holder.pid)) throw new Error(`The server (${who}) ended before its backup was made. Try again.`)
    await sleep(100)
  }
}

async function writeAnswer(dataDir: string, answer: Answer) {
  await mkdir(backupsDir(dataDir), { recursive: true, mode: 0o700 })
  await writeFile(`${answerFile(dataDir)}.new`, JSON.stringify(answer))
  await rename(`${answerFile(dataDir)}.new`, answerFile(dataDir))
}

function readAnswer(dataDir: string): Answer | null {
  return existsSync(answerFile(dataDir)) ? JSON.parse(readFileSync(answerFile(dataDir), 'utf8')) : null
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  }
  catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
