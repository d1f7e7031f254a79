import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { shippedPath } from '../shipped'

const located = new Map<string, Promise<string>>()

/**
 * Absolute path of the bundle of `server/workers/<name>.ts`: `workers/<name>.mjs` beside the entry of the built or the
 * development server; when the sources run as they are (tests, scripts), a bundle made from them now.
 */
export function locateWorker(name: string): Promise<string> {
  let file = located.get(name)
  if (!file) {
    file = locate(name)
    located.set(name, file)
    file.catch(() => located.delete(name))
  }
  return file
}

async function locate(name: string): Promise<string> {
  const shipped = shippedPath(`workers/${name}.mjs`)
  if (shipped) return shipped
  const rootDir = fileURLToPath(new URL('../../../', import.meta.url))
  const entry = join(rootDir, 'server', 'workers', `${name}.ts`)
  if (existsSync(entry)) return bundleFromSources(rootDir, entry)
  throw new Error(`The worker thread "${name}" is not part of this build.`)
}

async function bundleFromSources(rootDir: string, entry: string): Promise<string> {
  // A computed address, so that the server's bundle does not take in the bundler.
  const bundler = pathToFileURL(join(rootDir, 'modules/workers/bundle.ts')).href
  const { bundleWorkerCached } = await import(/* @vite-ignore */ bundler) as typeof import('../../../modules/workers/bundle')
  return bundleWorkerCached({ entry, outDir: join(rootDir, 'node_modules/.cache/workers') })
}
