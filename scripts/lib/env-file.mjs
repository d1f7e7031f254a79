import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.mjs'

/** Reads `.env` into the environment, as `npm start` does; a variable that is already set wins. */
export function loadEnvFile() {
  const file = join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}
