import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident memory of another process, bytes, by the system's `ps`. */
export const rssOf = (pid: number): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024

/** CPU time that another process has used so far, all its threads, s. Linux counts it in hundredths; elsewhere `ps` says whole seconds. */
export function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }
  catch {
    const parts = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim().split(/[-:]/).map(Number)
    return parts.reduce((sum, part) => sum * 60 + part, 0)
  }
}
