import type { NoteFault } from './faults'

const RETRY_MS = 60_000

/** Keeps the screen from going dark, where the engine can (85, and only over https): asked for again whenever it is gone. */
export function createWakeLock(fault: NoteFault) {
  const manager = typeof navigator === 'undefined' ? undefined : navigator.wakeLock as WakeLock | undefined
  let held: WakeLockSentinel | null = null
  let asking = false
  let askAt = 0
  /** It was taken away while the page was in sight. */
  let lost = false

  function ask(): Promise<void> {
    asking = true
    return manager!.request('screen').then((sentinel) => {
      held = sentinel
      askAt = 0
      if (lost) fault('wake_lock_lost', 'released by the system', 'taken again', true)
      lost = false
      sentinel.onrelease = () => {
        held = null
        // out of sight it always goes, and comes back
        lost = !document.hidden
      }
    }, (error) => {
      askAt = performance.now() + RETRY_MS
      if (lost) fault('wake_lock_lost', String(error), null, false)
      lost = false
    }).then(() => void (asking = false))
  }

  return {
    supported: !!manager,
    /** To be called again and again. */
    look() {
      if (manager && !held && !asking && !document.hidden && performance.now() >= askAt) void ask()
    },
  }
}
