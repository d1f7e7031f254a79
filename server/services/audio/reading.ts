import type { z } from 'zod'
import type { Reading, ReadingRequestSchema } from '../../../shared/schemas/reading'
import { readText } from '../../../shared/utils/reading/read-text'
import { normalizeText, SPEECH_TEXT_PROBLEMS, speechTextProblem, toSpeechText } from '../../../shared/utils/speech-text'
import { Unprocessable } from '../errors'
import { finishSpeech, prepareFinish } from './finish'
import { listPronunciations, requirePronunciation } from './pronunciations'
import { speechProviders } from './providers'
import { speak } from './speech'
import { listVoices, requireVoice } from './voices'

type ReadingVoice = Pick<Awaited<ReturnType<typeof requireVoice>>, 'language' | 'provider'>

/**
 * A text as a voice is handed it: the client's own words as the client says them, numbers and the like in words unless
 * the voice's provider reads them well, markup and emoji gone.
 * @param text as it is kept; `changes` count in its normalised form
 */
export async function readFor(client_id: string, text: string, voice: ReadingVoice | { language: string }): Promise<Reading> {
  const written = normalizeText(text)
  const reads_numbers = 'provider' in voice && Boolean(speechProviders().get(voice.provider)?.reads_numbers)
  const { text: said, changes } = readText(written, voice.language, await listPronunciations(client_id), { words: !reads_numbers })
  return { text: written, spoken_text: toSpeechText(said), changes, language: voice.language }
}

/**
 * How a text will be read by a voice, or in a language.
 * @throws Unprocessable for a text that cannot be spoken, NotFound for an unknown voice
 */
export async function previewReading(client_id: string, { text, voice_id, language }: z.output<typeof ReadingRequestSchema>): Promise<Reading> {
  requireSpeakable(text, 'text')
  return readFor(client_id, text, voice_id ? await requireVoice(client_id, voice_id) : { language: language! })
}

/**
 * One of the client's words, said by its default voice, or by one of the word's own language.
 * @returns the finished mp3
 * @throws NotFound, ProviderFailed
 */
export async function sayPronunciation(client_id: string, pronunciation_id: string): Promise<Uint8Array> {
  const word = await requirePronunciation(client_id, pronunciation_id)
  const able = (await listVoices(client_id)).filter(voice => voice.available)
  const chosen = able.find(voice => !word.language || voice.language.startsWith(word.language)) ?? able[0]
  if (!chosen) throw new Unprocessable('voice_missing', 'There is no voice that could say it.')
  const voice = await requireVoice(client_id, chosen.voice_id)
  // As it sounds within a message; a voice of another language does not know the word.
  const text = !word.language || voice.language.startsWith(word.language) ? (await readFor(client_id, word.written, voice)).spoken_text : toSpeechText(word.spoken)
  const preparing = prepareFinish(client_id, null)
  preparing.catch(() => {})
  const { input } = await speak({ client_id, voice, settings: voice.settings, text })
  return (await finishSpeech(await preparing, { input, voice_gain_db: 0, title: word.written })).mp3
}

/** @throws Unprocessable that names the field */
export function requireSpeakable(text: string, path: 'text' | 'spoken_text'): void {
  const problem = speechTextProblem(text)
  if (problem) throw new Unprocessable(problem, SPEECH_TEXT_PROBLEMS[problem], [{ path, message: SPEECH_TEXT_PROBLEMS[problem] }])
}
