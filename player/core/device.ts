import type { PlayerStatus } from '../../shared/protocol'
import { memoryOf } from './watchdog'

/** What this set and its engine are, and how they are at this moment. */
export function createDevice(startedAt: () => number) {
  const root = document.documentElement
  const scope = window as unknown as { AnalyserNode?: unknown, indexedDB?: unknown }
  const engine: PlayerStatus['engine'] = {
    analyser: !!scope.AnalyserNode,
    wake_lock: 'wakeLock' in navigator,
    service_worker: 'serviceWorker' in navigator,
    fullscreen: 'requestFullscreen' in root || 'webkitRequestFullscreen' in root,
    indexed_db: !!scope.indexedDB,
  }

  return (): Partial<PlayerStatus> => {
    const memory = memoryOf()
    return {
      engine,
      user_agent: navigator.userAgent.slice(0, 512),
      screen: { width: innerWidth, height: innerHeight },
      visible: !document.hidden,
      memory_bytes: memory ? memory.usedJSHeapSize : undefined,
      started_at: new Date(startedAt()).toISOString(),
    }
  }
}
