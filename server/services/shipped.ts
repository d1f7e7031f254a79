import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Where something lies that the build put beside the server's entry, or null when the sources run as they are.
 * @param path relative to the folder of the entry, e.g. `workers/audio.mjs`
 */
export function shippedPath(path: string): string | null {
  // Nitro gives every chunk the URL of the entry, but only once the entry itself has run: plugins come earlier.
  const entries = [process.argv[1], fileURLToPath(import.meta.url)].filter(entry => entry !== undefined)
  return entries.map(entry => join(dirname(entry), path)).find(candidate => existsSync(candidate)) ?? null
}
