import type { Here } from './here'

/**
 * Has the browser keep the page itself, so that it starts without a network. Only for pages that came by https, or from
 * this very machine: elsewhere no engine can. Resolves with whether it does.
 */
export function keepShell(): Promise<Here['restarts']> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
  if (!workers) return Promise.resolve<'no'>('no')
  return workers.register('/sw.js', { scope: '/player' }).then(() => workers.ready).then((): 'yes' => 'yes', (): 'no' => 'no')
}
