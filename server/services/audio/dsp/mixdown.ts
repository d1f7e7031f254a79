import type { JingleRecipe } from '../../../../shared/schemas/jingle'
import { bedGain, jingleTimeline, type BedLevels, type JingleTimeline } from '../../../../shared/utils/jingle-envelope'
import { fromDb, integratedLoudness, KFilter, loudnessOfPower } from '../../../../shared/utils/loudness'
import { loopMusic } from './loop'

/** A voice without silence around it: mono samples, and where in them the first and the last of the voice are. */
export interface MixVoice {
  samples: Float32Array
  onset: number
  end: number
}

/** Music of two channels, of which the samples from `from` up to `to` are used. */
export interface MixMusic {
  channels: readonly Float32Array[]
  from: number
  to: number
}

export interface MixParts {
  voice: MixVoice
  bed: MixMusic | null
  chime: MixMusic | null
  /** Of all of them, Hz. */
  sample_rate: number
}

/** What a mix will be: everything that is to be known of its parts before they are laid together. */
export interface MixPlan {
  timeline: JingleTimeline
  /** Gains of the bed, dB. */
  levels: BedLevels
  voice_gain_db: number
  chime_gain_db: number
  /** Integrated loudness of the voice, before its gain. */
  voice_lufs: number
  /** As long as it sounds, looped where it is short. */
  bed: Float32Array[] | null
}

/** Which parts to hear; all, unless said otherwise. */
export interface Stems {
  voice?: boolean
  bed?: boolean
  chime?: boolean
}

const CROSSFADE_MS = 1000
/** The gain is worked out at the edges of blocks of this many samples, and drawn straight between them. */
const GAIN_BLOCK = 16
const HOP_MS = 100
/** Short-term loudness (EBU Tech 3341): 3 s. */
const SHORT_TERM_HOPS = 30
/** A quiet intro is brought up as if it were at least this close to the loudest of the bed. */
const QUIET_INTRO_LU = 6
/** What is quieter than this would have to be raised by is not music. */
const MAX_BED_GAIN_DB = 40

/**
 * Measures the parts and settles gains and moments. The bed under the voice lies `voice_over_bed_lu` below it by its
 * loudest three seconds there; alone it is at `bed_alone_lu` to the voice, but a quiet intro or outro is raised no
 * further than 6 LU over what the loudest part of the bed gets. The chime is as loud as the voice.
 */
export function planMix({ voice, bed, chime, sample_rate }: MixParts, recipe: JingleRecipe): MixPlan {
  const ms = (samples: number) => samples * 1000 / sample_rate
  const timeline = jingleTimeline({ ...recipe, with_bed: recipe.with_bed && bed !== null }, {
    voice_ms: ms(voice.end - voice.onset),
    chime_ms: chime ? ms(chime.to - chime.from) : 0,
  })
  const voice_lufs = integratedLoudness([voice.samples], sample_rate)
  const bedSpan = timeline.bed
  const played = bed && bedSpan
    ? loopMusic(bed.channels, { from: bed.from, to: bed.to, start: bed.from + Math.round(recipe.bed_offset_ms * sample_rate / 1000) }, Math.ceil((bedSpan.to_ms - bedSpan.from_ms) * sample_rate / 1000) + 1, Math.round(CROSSFADE_MS * sample_rate / 1000))
    : null
  return {
    timeline,
    levels: played ? bedLevels(played, sample_rate, timeline, voice_lufs, recipe) : { intro_db: 0, ducked_db: 0, outro_db: 0 },
    voice_gain_db: recipe.voice_gain_db,
    chime_gain_db: chime ? voice_lufs - integratedLoudness(chime.channels.map(channel => channel.subarray(chime.from, chime.to)), sample_rate) : 0,
    voice_lufs,
    bed: played,
  }
}

/** The plan for the same voice at another loudness: bed and chime keep their distance to it. */
export function withVoiceAt(plan: MixPlan, voice_lufs: number): MixPlan {
  const by_db = voice_lufs - plan.voice_lufs
  const { intro_db, ducked_db, outro_db } = plan.levels
  return { ...plan, voice_lufs, chime_gain_db: plan.chime_gain_db + by_db, levels: { intro_db: intro_db + by_db, ducked_db: ducked_db + by_db, outro_db: outro_db + by_db } }
}

/** Lays the parts together as planned: two channels. */
export function renderMix({ voice, chime, sample_rate }: MixParts, plan: MixPlan, stems: Stems = {}): Float32Array[] {
  const { timeline } = plan
  const samples = (ms: number) => Math.round(ms * sample_rate / 1000)
  const { lead, voiceAt } = voicePlace(voice, plan, sample_rate)
  const length = Math.max(lead + Math.ceil(timeline.total_ms * sample_rate / 1000), voiceAt + voice.samples.length)
  const mixed = [new Float32Array(length), new Float32Array(length)]

  if (plan.bed && timeline.bed && stems.bed !== false) addBed(mixed, plan.bed, lead + samples(timeline.bed.from_ms), sample_rate, plan)
  for (const [side, channel] of mixed.entries()) {
    if (stems.voice !== false) add(channel, voice.samples, voiceAt, fromDb(plan.voice_gain_db))
    if (chime && timeline.chime && stems.chime !== false) add(channel, chime.channels[side]!.subarray(chime.from, chime.to), lead + samples(timeline.chime.from_ms), fromDb(plan.chime_gain_db))
  }
  return mixed
}

/** Where the samples of the voice begin in the mix, and how far all else moves back for them. */
export function voicePlace({ onset }: Pick<MixVoice, 'onset'>, { timeline }: Pick<MixPlan, 'timeline'>, sample_rate: number): { lead: number, voiceAt: number } {
  const from = Math.round(timeline.voice.from_ms * sample_rate / 1000)
  // What is kept before the onset may not fall out of the mix at its start.
  const lead = Math.max(0, onset - from)
  return { lead, voiceAt: lead + from - onset }
}

function bedLevels(bed: Float32Array[], sample_rate: number, { bed: span, voice }: JingleTimeline, voice_lufs: number, { bed_alone_lu, voice_over_bed_lu }: JingleRecipe): BedLevels {
  const powers = hopPowers(bed, sample_rate)
  const hop = (ms: number) => (ms - span!.from_ms) / HOP_MS
  const under = powers.slice(Math.floor(hop(voice.from_ms)), Math.max(Math.floor(hop(voice.from_ms)) + 1, Math.ceil(hop(voice.to_ms))))
  const loudest = loudestShortTerm(powers)
  const to = (lufs: number, wanted: number) => Math.min(MAX_BED_GAIN_DB, voice_lufs + wanted - lufs)
  const alone = (from: number, until: number) => to(Math.max(loudnessOfPower(mean(powers.slice(from, Math.max(from + 1, until)))), loudest - QUIET_INTRO_LU), bed_alone_lu)
  return {
    intro_db: alone(0, Math.round(hop(voice.from_ms))),
    ducked_db: to(loudestShortTerm(under), -voice_over_bed_lu),
    outro_db: alone(Math.round(hop(voice.to_ms)), powers.length),
  }
}

/** K-weighted mean power of each 100 ms, both channels together. */
function hopPowers(channels: Float32Array[], sample_rate: number): Float64Array {
  const hop = Math.round(sample_rate * HOP_MS / 1000)
  const powers = new Float64Array(Math.max(1, Math.floor(channels[0]!.length / hop)))
  for (const channel of channels) {
    const filter = new KFilter(sample_rate)
    for (let index = 0; index < powers.length; index++) powers[index]! += filter.energy(channel, index * hop, Math.min(channel.length, (index + 1) * hop)) / hop
  }
  return powers
}

/** LUFS of the loudest three seconds; of all of it, where it is shorter. */
function loudestShortTerm(powers: Float64Array): number {
  const window = Math.min(SHORT_TERM_HOPS, powers.length)
  let sum = powers.slice(0, window).reduce((total, power) => total + power, 0)
  let most = sum
  for (let end = window; end < powers.length; end++) {
    sum += powers[end]! - powers[end - window]!
    most = Math.max(most, sum)
  }
  return loudnessOfPower(most / window)
}

function mean(powers: Float64Array): number {
  return powers.length ? powers.reduce((sum, power) => sum + power, 0) / powers.length : 0
}

function addBed(mixed: Float32Array[], bed: Float32Array[], offset: number, sample_rate: number, { timeline, levels }: MixPlan) {
  const gainAt = bedGain(timeline, levels)
  const { from_ms, to_ms } = timeline.bed!
  const length = Math.min(bed[0]!.length, Math.floor((to_ms - from_ms) * sample_rate / 1000))
  // The last edge lies beyond the end: there the gain stays what it is at the end.
  const amplitude = (at: number) => fromDb(gainAt(Math.min(to_ms, from_ms + at * 1000 / sample_rate)))
  let start = amplitude(0)
  for (let block = 0; block < length; block += GAIN_BLOCK) {
    const end = amplitude(block + GAIN_BLOCK)
    const step = (end - start) / GAIN_BLOCK
    for (let at = block, within = 0; at < Math.min(length, block + GAIN_BLOCK); at++, within++) {
      const gain = start + step * within
      mixed[0]![offset + at]! += bed[0]![at]! * gain
      mixed[1]![offset + at]! += bed[1]![at]! * gain
    }
    start = end
  }
}

function add(channel: Float32Array, part: Float32Array, offset: number, gain: number) {
  const end = Math.min(part.length, channel.length - offset)
  for (let at = 0; at < end; at++) channel[offset + at]! += part[at]! * gain
}
