// npx tsx scripts/make-sounds.ts: writes the beds and chimes that ship into config/sounds.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSounds } from './sounds/make'

const folder = join(import.meta.dirname, '../config/sounds')
mkdirSync(folder, { recursive: true })
for (const [name, mp3] of await makeSounds()) {
  writeFileSync(join(folder, name), mp3)
  console.log(`${name}: ${(mp3.length / 1000).toFixed(0)} kB`)
}
