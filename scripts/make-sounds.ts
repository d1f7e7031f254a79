// npx tsx scripts/make-sounds.ts: writes the beds and chimes that ship into config/sounds, with their figures.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSounds } from './sounds/make'

const folder = join(import.meta.dirname, '../config/sounds')
mkdirSync(folder, { recursive: true })
const sounds = await makeSounds()
for (const [name, { mp3, figures: { duration_ms, lufs } }] of sounds) {
  writeFileSync(join(folder, `${name}.mp3`), mp3)
  console.log(`${name}: ${(mp3.length / 1000).toFixed(0)} kB, ${duration_ms} ms, ${lufs} LUFS`)
}
const figures = [...sounds].map(([name, sound]) => `  ${JSON.stringify(name)}: ${JSON.stringify(sound.figures)}`)
writeFileSync(join(folder, 'figures.json'), `{\n${figures.join(',\n')}\n}\n`)
