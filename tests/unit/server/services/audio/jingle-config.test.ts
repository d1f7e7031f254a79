import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import jingleConfig from '../../../../../config/jingle-config.json'
import { makeSounds } from '../../../../../scripts/sounds/make'
import { root } from '../../../../../scripts/lib/project.mjs'
import { decodeMp3 } from '../../../../../server/services/audio/codec/mp3-decoder'
import { loadJingleConfig, loadSoundFigures } from '../../../../../server/services/audio/jingle-config'

describe('the sounds that ship', () => {
  it('are what the script makes, with their figures', async () => {
    const made = await makeSounds()
    expect([...made.keys()].sort()).toEqual(loadJingleConfig().tracks.map(({ file }) => file).sort())
    for (const [name, { mp3, figures }] of made) {
      const kept = await readFile(join(root, `config/sounds/${name}.mp3`))
      expect(createHash('sha256').update(kept).digest('hex'), name).toBe(figures.sha256)
      expect(createHash('sha256').update(mp3).digest('hex'), name).toBe(figures.sha256)
      expect(loadSoundFigures()[name], name).toEqual(figures)
    }
  }, 240_000)

  it('are beds of 20 to 40 s under 700 kB, and chimes of 1 to 2.5 s', async () => {
    const figures = loadSoundFigures()
    for (const { file, kind } of loadJingleConfig().tracks) {
      const { duration_ms, lufs, true_peak_dbtp } = figures[file]!
      const { channels } = await decodeMp3(await readFile(join(root, `config/sounds/${file}.mp3`)))
      expect(Math.round(channels[0]!.length / 44.1), file).toBe(duration_ms)
      expect(duration_ms, file).toBeGreaterThanOrEqual(kind === 'bed' ? 20_000 : 1000)
      expect(duration_ms, file).toBeLessThanOrEqual(kind === 'bed' ? 40_000 : 2500)
      expect(Math.abs(lufs + 16), file).toBeLessThan(0.1)
      expect(true_peak_dbtp, file).toBeLessThan(-1)
      expect((await readFile(join(root, `config/sounds/${file}.mp3`))).length, file).toBeLessThan(700_000)
    }
  })
})

describe('a wrong file stops with its name and field', () => {
  const [first, ...others] = jingleConfig.presets
  it.each([
    [{ ...jingleConfig, presets: [] }, 'config/jingle-config.json: presets '],
    [{ ...jingleConfig, presets: [first, ...jingleConfig.presets] }, 'config/jingle-config.json: presets has soft twice'],
    [{ ...jingleConfig, presets: [{ ...first, bed: 'chime-hall' }, ...others] }, 'config/jingle-config.json: presets.0.bed must be a bed'],
    [{ ...jingleConfig, presets: [{ ...first, recipe: { ...first!.recipe, intro_ms: -1 } }] }, 'config/jingle-config.json: presets.0.recipe.intro_ms '],
    [{ ...jingleConfig, tracks: [{ ...jingleConfig.tracks[0], file: '../../etc/passwd' }] }, 'config/jingle-config.json: tracks.0.file must be one of config/sounds'],
    [null, 'config/jingle-config.json: the file '],
  ])('%#', (raw, message) => {
    expect(() => loadJingleConfig(raw)).toThrow(message)
  })
})
