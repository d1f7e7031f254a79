import type { JingleRecipe } from '../../../shared/schemas/jingle'
import { fromDb, integratedLoudness } from '../../../shared/utils/loudness'
import type { Checker } from './checker'
import { decodeMp3 } from './codec/mp3-decoder'
import { createLimiter, limitingOf } from './dsp/limiter'
import { planMix, renderMix, voicePlace, withVoiceAt, type MixMusic, type MixParts, type MixPlan, type MixVoice } from './dsp/mixdown'
import { resample } from './dsp/resample'
import { samplesOf, soundOf } from './dsp/sound'
import { masterChannels, readVoice, SILENT_LUFS, withSpeechAt, type MasterSettings, type MasterWarning, type OutputRate, type SpeechInput, type SpeechOutcome } from './mastering'

/** What the peaks of the voice leave for the bed under them. */
const BED_HEADROOM_DB = 1.2
const HEADROOM_ROUNDS = 2
/** What is shorter has no loudness worth the name. */
const SHORTEST_MUSIC_MS = 50

/** Decoded music of two channels, in memory that every thread can read. */
export interface Music {
  channels: Float32Array[]
  sample_rate: OutputRate
}

/** Which part of the music is used. */
export interface MusicPart {
  music: Music
  cue_in_ms: number
  /** Null: to its end. */
  cue_out_ms: number | null
}

export interface MixInput {
  voice: SpeechInput
  bed: MusicPart | null
  chime: MusicPart | null
  recipe: JingleRecipe
}

/**
 * A voice laid over its bed, with a chime before it, mastered as one sound: nothing is encoded in between. In the thread
 * that calls it; `master.ts` runs it in a worker thread.
 */
export async function masterMixed({ voice: speech, bed, chime, recipe }: MixInput, settings: MasterSettings, checker: Checker): Promise<SpeechOutcome> {
  const warnings = new Set<MasterWarning>()
  const voice = await readVoice(speech, settings, warnings)
  if (!voice) return { refused: 'not_audio' }
  if (voice.samples.length === 0) return { refused: 'silent' }
  const parts = { voice, bed: bed && partOf(bed), chime: chime && partOf(chime), sample_rate: settings.sample_rate }
  const plan = planMix(parts, recipe)
  if (plan.voice_lufs < SILENT_LUFS) return { refused: 'silent' }
  const { channels, limiting_db } = mixWithHeadroom(parts, plan, settings)
  const { voiceAt } = voicePlace(voice, plan, settings.sample_rate)
  return withSpeechAt(await masterChannels(channels, settings, checker, warnings, limiting_db), voiceAt * 1000 / settings.sample_rate - voice.cut_ms)
}

/**
 * The mix, with the peaks of the voice held where the finished sound will need them: a limiter that came only after the
 * mix would take the voice's peaks off together with the bed, which would pump, and leave the voice nearer to it than the
 * recipe says.
 */
function mixWithHeadroom(parts: MixParts, plan: MixPlan, { target_lufs, ceiling_dbtp, max_gain_db, sample_rate }: MasterSettings): { channels: Float32Array[], limiting_db: number } {
  const limiter = createLimiter(soundOf([parts.voice.samples]), sample_rate)
  const mixed = renderMix(parts, plan)
  const gain_db = target_lufs - integratedLoudness(mixed, sample_rate)
  let voice: MixVoice | undefined
  let limiting_db = 0
  let lost_lu = 0
  for (let round = 0; round < HEADROOM_ROUNDS; round++) {
    // What the limiter takes from the voice is gained afterwards, for it is the voice that makes a mix loud.
    const curve = limiter.curve(fromDb(Math.min(max_gain_db, gain_db + lost_lu) + plan.voice_gain_db), fromDb(ceiling_dbtp - BED_HEADROOM_DB))
    if (!curve) break
    voice = { ...parts.voice, samples: samplesOf(limiter.apply(1, curve))[0]! }
    limiting_db = limitingOf(curve)
    lost_lu = plan.voice_lufs - integratedLoudness([voice.samples], sample_rate)
  }
  return { channels: voice ? renderMix({ ...parts, voice }, withVoiceAt(plan, plan.voice_lufs - lost_lu)) : mixed, limiting_db }
}

/**
 * Decodes an mp3 for mixing; null when there is no sound in it.
 * @param samples of a part that `cutMp3` cut out: so many of its last ones
 */
export async function decodeMusic(mp3: Uint8Array, sample_rate: OutputRate, samples?: number): Promise<Music | null> {
  const decoded = await decodeMp3(mp3, { gapless: samples === undefined })
  if (!decoded.channels[0]?.length || !decoded.channels[1]) return null
  const wanted = decoded.channels.map(channel => samples === undefined ? channel : channel.subarray(-samples))
  return { channels: wanted.map(channel => shared(resample(channel, decoded.sample_rate, sample_rate))), sample_rate }
}

/** Cues that make no sense (behind the end, or out before in) count as none. */
function partOf({ music, cue_in_ms, cue_out_ms }: MusicPart): MixMusic {
  const { channels, sample_rate } = music
  const samples = (ms: number) => Math.round(ms * sample_rate / 1000)
  const length = channels[0]!.length
  const shortest = samples(SHORTEST_MUSIC_MS)
  const to = cue_out_ms === null || samples(cue_out_ms) < shortest ? length : Math.min(length, samples(cue_out_ms))
  const from = samples(cue_in_ms)
  return { channels, from: from + shortest > to ? 0 : from, to }
}

function shared(samples: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(samples.byteLength))
  copy.set(samples)
  return copy
}
