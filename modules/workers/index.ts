import { watch, type FSWatcher } from 'node:fs'
import { join } from 'node:path'
import { defineNuxtModule, useLogger } from 'nuxt/kit'
import { bundleWorker, listWorkers } from './bundle'

/**
 * Ships the worker threads: every `server/workers/<name>.ts` becomes one self-contained `workers/<name>.mjs` beside the
 * server's entry, in `.output/server` for `nuxt build` and in `.nuxt/dev` (made again when a source changes) for `nuxt dev`.
 *
 * `server/services/audio/worker-pool.ts` finds and runs them.
 */
export default defineNuxtModule({
  meta: { name: 'workers' },
  setup(_options, nuxt) {
    const logger = useLogger('workers')
    let watchers: FSWatcher[] = []
    const stopWatching = () => watchers.splice(0).forEach(watcher => watcher.close())
    nuxt.hook('close', stopWatching)

    nuxt.hook('nitro:init', (nitro) => {
      const outDir = join(nitro.options.output.serverDir, 'workers')
      let sources: string[] = []

      async function bundleAll() {
        const inputs: string[] = []
        for (const entry of await listWorkers(nuxt.options.rootDir)) inputs.push(...await bundleWorker({ entry, outDir }))
        sources = [...new Set(inputs)].filter(file => !file.includes('/node_modules/'))
      }

      function bundleAgainOnChange() {
        watchers = sources.map(file => watch(file, () => {
          stopWatching()
          // An editor may write a file in two steps: wait for the second.
          setTimeout(() => {
            bundleAll()
              .then(() => nitro.hooks.callHook('dev:reload'))
              .catch(error => logger.error(error))
              .finally(bundleAgainOnChange)
          }, 100)
        }))
      }

      // Not earlier: both folders are emptied between the set-up of the modules and the build.
      let first: Promise<void> | undefined
      nitro.hooks.hook('compiled', () => {
        first ??= bundleAll().then(() => nuxt.options.dev ? bundleAgainOnChange() : undefined)
        return first
      })
    })
  },
})
