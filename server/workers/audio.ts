import { checkerIn } from '../services/audio/checker'
import { decodeMusic, masterMixed, type MixInput, type Music } from '../services/audio/mixing'
import { masterVoice, type MasterOutcome, type MasterSettings, type OutputRate, type SpeechInput } from '../services/audio/mastering'

/** The work on sound that would keep the server from answering: run it with `runInWorker('audio', …)`. */
export function masterSpeech({ input, settings, checker }: { input: SpeechInput, settings: MasterSettings, checker: string }): Promise<MasterOutcome> {
  return masterVoice(input, settings, checkerIn(checker))
}

/** The same for a voice with its music. */
export function masterMix({ input, settings, checker }: { input: MixInput, settings: MasterSettings, checker: string }): Promise<MasterOutcome> {
  return masterMixed(input, settings, checkerIn(checker))
}

/** Decodes the mp3 of a track into memory that every thread can read. */
export function decodeTrack({ mp3, sample_rate }: { mp3: Uint8Array, sample_rate: OutputRate }): Promise<Music | null> {
  return decodeMusic(mp3, sample_rate)
}
