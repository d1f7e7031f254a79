import type { Pronunciation } from './types'

interface Entry {
  pattern: RegExp
  length: number
  spoken: string
}

/** The client's words by their first letter, the longest first. */
export type PronunciationIndex = Map<string, Entry[]>

const INSIDE = /[\p{L}\p{M}\p{N}]/u

/** Makes a list ready for {@link findPronunciation}: those of this language, and those of every language. */
export function indexPronunciations(list: readonly Pronunciation[], language: string): PronunciationIndex {
  const index: PronunciationIndex = new Map()
  const byLength = list
    .filter(entry => entry.written.trim() && speaks(entry.language, language))
    // The longest first, and of one length the one that is for this language alone.
    .sort((a, b) => b.written.length - a.written.length || (b.language?.length ?? 0) - (a.language?.length ?? 0))
  for (const { written, spoken } of byLength) {
    const words = written.normalize('NFC').trim()
    const key = firstOf(words)
    const source = words.split(/\s+/).map(word => word.replace(/[$()*+.?[\\\]^{|}/]/g, '\\$&')).join('\\s{1,3}')
    const end = INSIDE.test(words.at(-1)!) ? '(?![\\p{L}\\p{M}\\p{N}])' : ''
    const entry = { pattern: new RegExp(`${source}${end}`, 'iuy'), length: words.length, spoken: spoken.normalize('NFC').trim() }
    index.set(key, [...index.get(key) ?? [], entry])
  }
  return index
}

/** The client's word that stands at this place as a whole word, whatever its case. */
export function findPronunciation(index: PronunciationIndex, text: string, at: number): { end: number, spoken: string } | null {
  if (!index.size) return null
  const entries = index.get(firstOf(text.slice(at, at + 2)))
  if (!entries || (INSIDE.test(text[at]!) && at > 0 && INSIDE.test(text[at - 1]!))) return null
  for (const { pattern, spoken } of entries) {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found) return { end: at + found[0].length, spoken }
  }
  return null
}

function speaks(entry: string | null | undefined, language: string): boolean {
  return !entry || entry.toLowerCase() === language.toLowerCase() || entry.toLowerCase() === language.split('-')[0]!.toLowerCase()
}

function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0).toLowerCase()
}
