import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Rollup } from 'vite'
import { build } from 'vite'

/** One file of the player's program, named by its content. */
export interface PlayerAsset {
  name: string
  source: string
}

export interface PlayerBundle {
  script: PlayerAsset
  style: PlayerAsset
  /** The service worker, for assets that lie under a path (without a trailing slash). */
  worker: (base: string) => string
  /** Absolute paths of the project's own files that went into it, types aside. */
  inputs: string[]
}

const fingerprint = (source: string) => createHash('sha256').update(source).digest('hex').slice(0, 12)
const asset = (extension: string, source: string): PlayerAsset => ({ name: `player.${fingerprint(source)}.${extension}`, source })

/** The service worker with the names of this version in it: another version is another worker, which browsers notice. */
function fillIn(template: string, script: string, style: string): string {
  const filled = template.replace('__SCRIPT__', script).replace('__STYLE__', style)
  return filled.replace('__VERSION__', fingerprint(filled))
}

/**
 * Builds `player/` into one classic script and one style sheet that sets from 2019 on can run: Nuxt's own
 * client needs Chromium 93 and cannot be lowered that far.
 * @param rootDir of the project
 * @param version what the player calls itself in `hello`
 */
export async function bundlePlayer(rootDir: string, version: string): Promise<PlayerBundle> {
  const result = await build({
    configFile: false,
    root: rootDir,
    logLevel: 'warn',
    publicDir: false,
    define: {
      PLAYER_VERSION: JSON.stringify(version),
    },
    build: {
      write: false,
      target: 'es2015',
      cssTarget: 'chrome53',
      minify: true,
      reportCompressedSize: false,
      lib: { entry: `${rootDir}/player/main.ts`, formats: ['iife'], name: 'MediaFlowPlayer' },
    },
  })
  const { output } = (Array.isArray(result) ? result[0] : result) as Rollup.RollupOutput
  const script = output.find(file => file.type === 'chunk')
  const style = output.find(file => file.type === 'asset' && file.fileName.endsWith('.css'))
  if (!script || script.type !== 'chunk' || !style || style.type !== 'asset') throw new Error('the player was built without its script or its style')
  const inputs = script.moduleIds.map(id => id.split('?')[0]!).filter(id => isAbsolute(id) && !id.includes('/node_modules/'))
  const assets = { script: asset('js', script.code), style: asset('css', style.source.toString()) }
  const template = join(rootDir, 'player/sw.js')
  const worker = await readFile(template, 'utf8')
  return { ...assets, worker: base => fillIn(worker, `${base}/${assets.script.name}`, `${base}/${assets.style.name}`), inputs: [...new Set(inputs), template] }
}
