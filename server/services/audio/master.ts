import { Unprocessable } from '../errors'
import { MIX_SETTINGS, SPEECH_SETTINGS, type MasteredSpeech, type MasterRefusal, type MasterSettings, type SpeechInput, type SpeechOutcome } from './mastering'
import type { MixInput } from './mixing'
import { locateWorker } from './worker-files'
import { runInWorker } from './worker-pool'

export type { Mastered, SpeechInput } from './mastering'

export interface MasterOptions extends Partial<MasterSettings> {
  signal?: AbortSignal
}

const REFUSALS: Record<MasterRefusal, string> = {
  silent: 'The speech is silent: there is nothing to hear in it.',
  not_audio: 'The speech that arrived is not an mp3 that can be read.',
}

/**
 * Makes the mp3 that a store hears out of a provider's speech: trimmed, brought to −16 LUFS (as dual mono) with true
 * peaks under −1 dBTP, mono, 44.1 kHz, at least 1.2 s. Runs in a worker thread; the figures are those of the shipped
 * bytes, decoded again and measured. The same input gives the same bytes.
 *
 * The samples of `pcm` are copied, so the caller keeps them.
 *
 * @throws Unprocessable `silent` (also under −60 LUFS) or `not_audio`
 */
export async function masterSpeech(input: SpeechInput, { signal, ...settings }: MasterOptions = {}): Promise<MasteredSpeech> {
  const outcome = await runInWorker('audio', 'masterSpeech', { input, settings: { ...SPEECH_SETTINGS, ...settings }, checker: await locateWorker('checker') }, { signal })
  return masteredOf(outcome)
}

/**
 * The same for a voice laid over its music: stereo. Nothing is encoded between the speech and the file that is shipped.
 *
 * @throws Unprocessable `silent` or `not_audio`
 */
export async function masterMix(input: MixInput, { signal, ...settings }: MasterOptions = {}): Promise<MasteredSpeech> {
  const outcome = await runInWorker('audio', 'masterMix', { input, settings: { ...MIX_SETTINGS, ...settings }, checker: await locateWorker('checker') }, { signal })
  return masteredOf(outcome)
}

function masteredOf(outcome: SpeechOutcome): MasteredSpeech {
  if ('refused' in outcome) throw new Unprocessable(outcome.refused, REFUSALS[outcome.refused])
  return outcome.mastered
}
