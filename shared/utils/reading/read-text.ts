import { englishRules } from './en/rules'
import { RANGE } from './figures'
import { findPronunciation, indexPronunciations } from './pronunciations'
import { regionOf } from './regions'
import { spanishRules } from './es/rules'
import type { Pronunciation, Reading, ReadingChange, ReadingKind, Region, Rule, RuleStart } from './types'

type Rules = Record<RuleStart, Rule[]>

const known = new Map<string, Rules>()
const LETTER = /\p{L}/u
const DIGIT = /\p{Nd}/u
const WORD = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/uy
/** A word with figures in it, or what is joined to figures: left alone as a whole. */
const CHUNK = /[\p{L}\p{M}\p{N}_]+(?:[.,:/·\-–—][\p{L}\p{M}\p{N}_]+)*/uy
const LETTERS_AND_DIGITS = /[\p{L}\p{M}\p{N}]+/uy
const BLANKS = /[\s\p{Cf}]+/uy
const MEASURED: ReadonlySet<ReadingKind> = new Set(['number', 'percent', 'price', 'unit', 'time', 'offer'])
const TO: Record<Region['language'], string> = { es: ' a ', en: ' to ' }
const MINUS: Record<Region['language'], string> = { es: 'menos ', en: 'minus ' }

/**
 * A text as it is to be said: numbers, prices, times, dates, units, offers, phone numbers, plates and abbreviations in
 * words, and the client's own words as the client says them. What is not understood stays as it is; reading its own
 * result again changes nothing. Its time grows with the length of the text and nothing else.
 * @param language BCP 47; languages other than Spanish and English get the client's own words only
 * @param options.words false when the voice reads numbers and the like well by itself
 */
export function readText(text: string, language: string, pronunciations: readonly Pronunciation[] = [], options: { words?: boolean } = {}): Reading {
  const region = regionOf(language)
  const rules = region && options.words !== false ? rulesOf(region) : null
  const own = indexPronunciations(pronunciations, language)
  const changes: ReadingChange[] = []
  let out = ''
  let copied = 0
  let at = 0

  const change = (start: number, end: number, to: string, kind: ReadingKind) => {
    out += text.slice(copied, start) + to
    copied = at = end
    const from = text.slice(start, end)
    if (from !== to) changes.push({ from, to, start, end, kind })
  }

  while (at < text.length) {
    if (skip(BLANKS)) continue
    const said = findPronunciation(own, text, at)
    if (said) {
      change(at, said.end, said.spoken, 'pronunciation')
      continue
    }
    if (!rules || !region) {
      if (!skip(LETTERS_AND_DIGITS)) at += step(at)
      continue
    }
    const first = String.fromCodePoint(text.codePointAt(at)!)
    const starts: RuleStart = DIGIT.test(first) ? 'digit' : LETTER.test(first) ? 'letter' : 'symbol'
    const minus = starts === 'symbol' && isMinus(at)
    const found = minus ? match(rules, at + 1, startOf(at + 1)) : match(rules, at, starts)
    if (found && (!minus || MEASURED.has(found.kind))) {
      const joins = MEASURED.has(found.kind) ? joinAt(found.end) : 0
      change(at, found.end + joins, `${minus ? MINUS[region.language] : ''}${found.to}${joins ? TO[region.language] : ''}`, found.kind)
    }
    else if (starts === 'symbol') at += step(at)
    else if (starts === 'digit') skip(CHUNK)
    else skipWord()
  }
  return { text: out + text.slice(copied), changes }

  function match(rules: Rules, start: number, starts: RuleStart) {
    for (const { pattern, read, kind } of rules[starts]) {
      pattern.lastIndex = start
      const found = pattern.exec(text)
      if (!found?.[0]) continue
      const end = start + found[0].length
      const to = read(found, { text, start, end, region: region! })
      if (to !== null) return { end, to, kind }
    }
    return null
  }

  function startOf(place: number): RuleStart {
    const character = text[place] ?? ''
    return DIGIT.test(character) ? 'digit' : LETTER.test(character) ? 'letter' : 'symbol'
  }

  /** A sign before a number that is not a dash between two things, nor the mark of a list. */
  function isMinus(place: number): boolean {
    if (!/^[-−–](?:US\$|[$€£])?\d/.test(text.slice(place, place + 6))) return false
    if (place === 0 || text[place - 1] === '\n') return /^.\d{1,15}(?:[.,]\d{1,6})?\s?(?:%|[°º]|€)/.test(text.slice(place, place + 28)) || /^.[$€£]/.test(text.slice(place, place + 2))
    return /[\s(«"“]/.test(text[place - 1]!)
  }

  /** The length of a dash that makes a range with the number after it. */
  function joinAt(end: number): number {
    RANGE.lastIndex = end
    return RANGE.exec(text)?.[0].length ?? 0
  }

  function skip(pattern: RegExp): boolean {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0].length ?? 0
    at += found
    return found > 0
  }

  function skipWord() {
    const start = at
    skip(WORD)
    // MP3, covid-19, A-4: a name, not a number.
    if (/^(?:[-–_·.]?\d|_)/.test(text.slice(at, at + 2))) {
      at = start
      skip(CHUNK)
    }
  }

  function step(place: number): number {
    return text.codePointAt(place)! > 0xFFFF ? 2 : 1
  }
}

function rulesOf(region: Region): Rules {
  const key = `${region.language}-${region.place}`
  const kept = known.get(key)
  if (kept) return kept
  const all = region.language === 'es' ? spanishRules(region) : englishRules(region)
  const rules = Object.fromEntries((['digit', 'letter', 'symbol'] as const).map(starts => [starts, all.filter(rule => rule.starts.includes(starts))])) as Rules
  known.set(key, rules)
  return rules
}
