/** Longest text of one message, in characters as a person counts them (code points). */
export const MAX_TEXT_CHARACTERS = 10_000

const WORDS_PER_SECOND = 2.3
const CHARACTERS_PER_SECOND = 15
const PAUSE_PER_SENTENCE_S = 0.35

export type SpeechTextProblem = 'text_empty' | 'text_unspeakable' | 'text_too_long'

/** English sentence of each problem; the UI translates by code. */
export const SPEECH_TEXT_PROBLEMS: Record<SpeechTextProblem, string> = {
  text_empty: 'Write the message first.',
  text_unspeakable: 'There are no words to speak: only symbols, emoji or markup.',
  text_too_long: `The message is longer than ${MAX_TEXT_CHARACTERS} characters.`,
}

/**
 * The text as it is kept and shown: NFC, line ends as `\n`, control, invisible and direction characters and halves of
 * surrogate pairs removed, runs of blanks made one. Keeps emoji, brackets and markup: they are the author's.
 */
export function normalizeText(raw: string): string {
  return raw
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/gu, '\n')
    .replace(/[\t\v\f\u0085]/gu, ' ')
    // A joiner stays after what it can join: pictographs and the letters of some scripts.
    .replace(/(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])[\u200C\u200D]/gu, '')
    .replace(/[^\P{C}\n\u200C\u200D]/gu, '')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim()
}

/**
 * What is handed to a voice: `[acting directions]`, `<ssml>` and other tags, the contents of `<script>` and `<style>`,
 * emoji and stray brackets are taken out, so that a text cannot steer the engine that reads it.
 */
export function toSpeechText(text: string): string {
  return stripMarkup(normalizeText(text))
    .replace(/[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\uFE0F\u20E3\u200D]+/gu, ' ')
    .replace(/\s*\n\s*/gu, '\n')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ([,.;:!?…])/gu, '$1')
    .trim()
}

/** Why this text cannot be spoken, or null. Works on raw text. */
export function speechTextProblem(raw: string): SpeechTextProblem | null {
  const text = normalizeText(raw)
  if (text === '') return 'text_empty'
  if (countCharacters(text) > MAX_TEXT_CHARACTERS) return 'text_too_long'
  if (!/[\p{L}\p{N}]/u.test(toSpeechText(text))) return 'text_unspeakable'
  return null
}

/** Characters as a person counts them: code points, so that an emoji outside the first plane is one. */
export function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** Spoken words: runs of letters and digits; `1.500`, `9:30` and `d'Or` are one. Markup does not count. */
export function countWords(text: string): number {
  return toSpeechText(text).match(/[\p{L}\p{N}\p{M}]+(?:['’.,:-][\p{L}\p{N}\p{M}]+)*/gu)?.length ?? 0
}

/**
 * Seconds a voice needs: max(words ÷ 2.3, characters ÷ 15) + 0.35 for each sentence, all ÷ speed. Zero when there is
 * nothing to say. Runs of punctuation count as one character, so that a line of dashes is not taken for speech.
 */
export function estimateSpeechSeconds(text: string, speed = 1): number {
  const spoken = toSpeechText(text)
  const words = countWords(spoken)
  if (words === 0) return 0
  const characters = countCharacters(spoken.replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ').trim())
  const seconds = Math.max(words / WORDS_PER_SECOND, characters / CHARACTERS_PER_SECOND)
  return (seconds + PAUSE_PER_SENTENCE_S * countSentences(spoken)) / speed
}

function countSentences(spoken: string): number {
  return spoken.split(/[.!?…]+(?=\s|$)|\n/u).filter(part => /[\p{L}\p{N}]/u.test(part)).length
}

function stripMarkup(text: string): string {
  return untilStable(text, stripOnce)
    // What is left has no partner, e.g. "<3" or "2 > 1".
    .replace(/[<>[\]]/gu, ' ')
}

function stripOnce(text: string): string {
  return text
    .replace(/<(script|style)\b[^>]*>[^]*?<\/\1\s*>/giu, ' ')
    .replace(/<!--[^]*?-->/gu, ' ')
    .replace(/<[/!?]?[a-z][^<>]*>/giu, ' ')
    .replace(/\[[^[\]]*\]/gu, ' ')
}

// Directions nest: "[a [b] c]" loses "[b]" first.
function untilStable(text: string, step: (text: string) => string): string {
  for (let left = text, round = 0; round < 8; round++) {
    const next = step(left)
    if (next === left) return left
    left = next
  }
  return text.replace(/<[^<>]*>|\[[^[\]]*\]/gu, ' ')
}
