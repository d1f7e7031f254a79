import { checkerIn } from '../services/audio/checker'
import { decodeMusic, masterMixed, type MixInput, type Music } from '../services/audio/mixing'
import { masterUploaded, type UploadOutcome, type UploadSettings } from '../services/audio/upload/master-upload'
import { measureMusicFile, type MusicOutcome } from '../services/audio/upload/measure-music'
import type { SoundFile } from '../services/audio/upload/sound-reader'
import { masterVoice, type MasterSettings, type OutputRate, type SpeechInput, type SpeechOutcome } from '../services/audio/mastering'

/** The work on sound that would keep the server from answering: run it with `runInWorker('audio', …)`. */
export function masterSpeech({ input, settings, checker }: { input: SpeechInput, settings: MasterSettings, checker: string }): Promise<SpeechOutcome> {
  return masterVoice(input, settings, checkerIn(checker))
}

/** The same for a voice with its music. */
export function masterMix({ input, settings, checker }: { input: MixInput, settings: MasterSettings, checker: string }): Promise<SpeechOutcome> {
  return masterMixed(input, settings, checkerIn(checker))
}

/** Decodes the mp3 of a track, or a part of it, into memory that every thread can read. */
export function decodeTrack({ mp3, sample_rate, samples }: { mp3: Uint8Array, sample_rate: OutputRate, samples?: number }): Promise<Music | null> {
  return decodeMusic(mp3, sample_rate, samples)
}

/** The same for a message that somebody uploaded or recorded. */
export function masterUpload({ source, settings, checker }: { source: SoundFile, settings: UploadSettings, checker: string }): Promise<UploadOutcome> {
  return masterUploaded(source, settings, checkerIn(checker))
}

/** Figures of music, in pieces: of any length in little memory. */
export function measureMusic({ source, limits }: { source: SoundFile, limits: { min_s: number, max_s: number } }): Promise<MusicOutcome> {
  return measureMusicFile(source, limits)
}
