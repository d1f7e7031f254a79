import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const HEARTBEAT_MS = 2000
const STALE_MS = 20_000

/**
 * Holds `file` while `work` runs, so that two commands never install or build at the same time. The second one waits.
 * A holder that died, or that has not shown life for 20 s (a process number can be reused), loses the lock.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {(pid: string) => void} onWait called once when somebody else holds it
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true })
  let told = false
  while (!take(file)) {
    const holder = holderOf(file)
    if (holder && isDead(holder)) {
      evict(file, holder.pid)
      continue
    }
    if (holder && !told) {
      told = true
      onWait(holder.pid)
    }
    await sleep(200)
  }
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS)
  heartbeat.unref()
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  }
  finally {
    clearInterval(heartbeat)
    process.off('exit', release)
    release()
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  }
  catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function holderOf(file) {
  try {
    return { pid: readFileSync(file, 'utf8'), silent_ms: Date.now() - statSync(file).mtimeMs }
  }
  catch {
    return null
  }
}

function isDead({ pid, silent_ms }) {
  if (silent_ms > STALE_MS) return true
  // An empty file is a lock whose number is being written this instant.
  if (pid === '') return false
  try {
    process.kill(Number(pid), 0)
    return false
  }
  catch (error) {
    return error.code === 'ESRCH'
  }
}

/** Moves a dead lock away; when two evict at once, the loser puts back the living lock that it caught. */
function evict(file, pid) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
    if (readFileSync(aside, 'utf8') === pid) rmSync(aside, { force: true })
    else renameSync(aside, file)
  }
  catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

function touch(file) {
  const now = new Date()
  try {
    utimesSync(file, now, now)
  }
  catch {
    // Somebody cleaned the folder: the lock is gone, the work goes on.
  }
}
