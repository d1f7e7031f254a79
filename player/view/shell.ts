import type { Here } from './here'

/**
 * Has the browser keep the page itself, so that it starts without a network. That wants https (or this very machine)
 * and an engine that can. Resolves with whether it does.
 */
export function keepShell(): Promise<Here['restarts']> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
  if (!window.isSecureContext) return Promise.resolve<'http'>('http')
  if (!workers) return Promise.resolve<'no'>('no')
  return workers.register('/sw.js', { scope: '/player' }).then(() => workers.ready).then((): 'yes' => 'yes', (): 'no' => 'no')
}
