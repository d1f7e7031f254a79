import { readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase, type Database } from '../../../../../db/client'
import { track } from '../../../../../db/schema'
import { cutMp3 } from '../../../../../server/services/audio/codec/mp3-cut'
import { decodeMp3 } from '../../../../../server/services/audio/codec/mp3-decoder'
import { storeFile } from '../../../../../server/services/audio/files'
import { loadJingleConfig } from '../../../../../server/services/audio/jingle-config'
import { loadParts } from '../../../../../server/services/audio/jingle-tracks'
import { closeWorkers } from '../../../../../server/services/audio/worker-pool'
import { addClient, migrationsFolder } from '../../../../fixtures/database'
import { ffmpegMakes } from '../../../../fixtures/uploads'

const opened = vi.hoisted(() => ({ database: undefined as unknown as { db: unknown } }))
vi.mock('../../../../../server/services/database', () => ({ useDb: async () => opened.database.db, useDatabase: async () => opened.database }))

const MINUTE = 60_000

let dir: string
let database: Database
let mp3: Uint8Array
let bed_track_id: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-bed-'))
  vi.stubEnv('DATA_DIR', dir)
  database = await openDatabase({ dataDir: dir, migrationsFolder })
  opened.database = database
  await addClient(database.db, 'shop')
  // Ten minutes, more than 8 MB; in each minute a tone of its own: 300 Hz, 400 Hz, …
  mp3 = await readFile(await ffmpegMakes(join(dir, 'bed.mp3'), '-f', 'lavfi', '-i', 'aevalsrc=0.3*sin(2*PI*t*(300+100*floor(t/60))):d=600:s=44100', '-ac', '2', '-b:a', '192k'))
  const sha256 = await database.db.transaction(tx => storeFile(tx, mp3, 'audio/mpeg'))
  const [row] = await database.db.insert(track).values({ client_id: 'shop', kind: 'bed', status: 'ready', title: 'Bed', sha256, duration_ms: 10 * MINUTE, cue_in_ms: 8 * MINUTE + 5000 }).returning()
  bed_track_id = row!.track_id
}, 60_000)
afterAll(async () => {
  await closeWorkers()
  await database.close()
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

/** Hz of a tone, by its crossings of zero. */
function pitchAt(samples: Float32Array, at_s: number): number {
  const second = samples.subarray(at_s * 44_100, (at_s + 1) * 44_100)
  return second.filter((value, at) => at > 0 && (value >= 0) !== (second[at - 1]! >= 0)).length / 2
}

const recipe = { ...loadJingleConfig().presets.find(preset => preset.bed)!.recipe, with_bed: true, bed_offset_ms: 0, intro_ms: 3000, outro_ms: 4000, chime_track_id: null }

describe('a bed of ten minutes', () => {
  it('begins at its cue, however late that is', async () => {
    const { bed } = await loadParts('shop', { ...recipe, bed_track_id }, 44_100, 20_000)
    const [left] = bed!.music.channels
    expect(pitchAt(left!, 0)).toBeCloseTo(1100, -1)
    // The ninth minute ends 55 s after the cue.
    expect(pitchAt(left!, 54)).toBeCloseTo(1100, -1)
    expect(pitchAt(left!, 56)).toBeCloseTo(1200, -1)
    // As much as the mix needs, and not ten minutes.
    expect(left!.length / 44_100).toBeCloseTo(60, 0)
  })

  it('lasts for the longest voice, and its offset counts from the cue', async () => {
    const { bed, recipe: used } = await loadParts('shop', { ...recipe, bed_track_id, bed_offset_ms: 100_000 }, 44_100, 80_000)
    // Ten seconds after the cue would be too late for 87 s of mix: it begins where it ends with the track.
    expect(bed!.music.channels[0]!.length / 44_100).toBeCloseTo(115, 0)
    expect(used.bed_offset_ms).toBe(0)
    expect(pitchAt(bed!.music.channels[0]!, 110)).toBeCloseTo(1200, -1)
  })

  it('is cut to the sample', async () => {
    const [left] = (await decodeMp3(mp3, { gapless: false })).channels
    for (const from_ms of [0, 1000, 61_234, 598_000]) {
      const cut = cutMp3(mp3, from_ms, 3000)!
      const decoded = (await decodeMp3(cut.mp3, { gapless: false })).channels[0]!.subarray(-cut.samples)
      const from = Math.round(from_ms * 44.1)
      // A frame leaves something in the next one: not to the last bit.
      expect(decoded.length).toBeGreaterThan(80_000)
      expect(decoded.reduce((most, value, at) => Math.max(most, Math.abs(value - left![from + at]!)), 0)).toBeLessThan(1e-4)
    }
    expect(cutMp3(mp3, 700_000, 3000)).toBeNull()
    expect(cutMp3(new TextEncoder().encode('<html>'.repeat(100)), 0, 3000)).toBeNull()
  })
})
