import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { NitroConfig } from 'nitropack/types'
import { addServerPlugin, addTemplate, addTypeTemplate, createResolver, defineNuxtModule, updateTemplates, useLogger } from 'nuxt/kit'
import pkg from '../../package.json' with { type: 'json' }
import { bundlePlayer } from './bundle'

const BASE = '/_player'
const TEMPLATE = 'player-assets.mjs'
/** At the root, or it could not be in charge of /player. */
const WORKER = '/sw.js'
const A_YEAR_S = 31_536_000

/**
 * Builds the television's program beside Nuxt's own client and hands its two files to `pages/player.vue`:
 * that page is rendered by Nuxt, but runs nothing of it. Its service worker comes along.
 */
export default defineNuxtModule({
  meta: { name: 'player' },
  async setup(_options, nuxt) {
    const { rootDir, buildDir } = nuxt.options
    const dir = join(buildDir, 'player')
    const workerDir = join(buildDir, 'player-worker')
    const logger = useLogger('player')
    const bundle = () => bundlePlayer(rootDir, pkg.version)
    // `nuxt prepare` wants types, not files
    let assets = nuxt.options._prepare ? null : await bundle()

    async function write() {
      if (!assets) return
      for (const each of [dir, workerDir]) await mkdir(each, { recursive: true })
      await Promise.all([assets.script, assets.style].map(({ name, source }) => writeFile(join(dir, name), source)))
      await writeFile(join(workerDir, WORKER), assets.worker(BASE))
    }

    nuxt.options.routeRules = { ...nuxt.options.routeRules, '/player/**': { ...nuxt.options.routeRules?.['/player/**'], noScripts: true }, [WORKER]: { headers: { 'cache-control': 'no-cache' } } }
    nuxt.hook('nitro:config', (given) => {
      const config = given as NitroConfig
      config.publicAssets = [...config.publicAssets ?? [], { dir, baseURL: BASE, maxAge: A_YEAR_S }, { dir: workerDir, baseURL: '/', fallthrough: true }]
      // the budget of the player is one of compressed bytes
      config.compressPublicAssets ??= { gzip: true, brotli: true }
    })
    addServerPlugin(createResolver(import.meta.url).resolve('./runtime/bare-head'))
    addTemplate({
      filename: TEMPLATE,
      write: true,
      getContents: () => `export const playerScript = '${BASE}/${assets?.script.name}'\nexport const playerStyle = '${BASE}/${assets?.style.name}'\n`,
    })
    addTypeTemplate({
      filename: 'types/player-assets.d.ts',
      getContents: () => `declare module '#build/${TEMPLATE}' {\n  export const playerScript: string\n  export const playerStyle: string\n}\n`,
    })

    // not earlier: the build directory is emptied between the set-up of the modules and the build
    nuxt.hook('build:before', write)

    if (!nuxt.options.dev) return
    let timer: NodeJS.Timeout | undefined
    let rebuilt = Promise.resolve()
    const rebuild = async () => {
      assets = await bundle()
      await write()
      await updateTemplates({ filter: template => template.filename === TEMPLATE })
    }
    nuxt.hook('builder:watch', (_event, path) => {
      const file = resolve(nuxt.options.srcDir, path)
      if (!file.startsWith(join(rootDir, 'player/')) && !assets?.inputs.includes(file)) return
      clearTimeout(timer)
      // an editor may write a file in two steps; and one build after another, so that the last one wins
      timer = setTimeout(() => {
        rebuilt = rebuilt.then(rebuild).catch(error => logger.error(error))
      }, 100)
    })
    nuxt.hook('close', () => clearTimeout(timer))
  },
})
