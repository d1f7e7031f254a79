import type { Region, Spot } from './types'

/** Source of a pattern for a written number: `1500`, `1.500`, `1.234,50`, `1,234.50`, `0,5`. */
export const FIGURE = '(?:\\d{1,3}(?:[.,]\\d{3}){1,5}(?:[.,]\\d{1,6})?|\\d{1,15}(?:[.,]\\d{1,6})?)'
/** The same, and thousands set apart by blanks: only where something says that it is one number. */
export const SPACED_FIGURE = `(?:\\d{1,3}(?: \\d{3}){1,4}(?:[.,]\\d{1,2})?(?!\\d)|${FIGURE})`
/** Nothing that would make it a part of something longer: `1.2.3`, `3-en-1`, `5G`. A stop or comma may end the sentence. */
export const FIGURE_END = '(?![\\p{L}\\p{N}_]|[.,:/·]\\p{N}|[-–—·_/]\\p{L})'
/** A sign between two figures of a range follows. */
export const RANGE = /\s?[-–—]\s?(?=(?:US\$|[$€£])?\s?\d)/uy

export interface Figure {
  /** Digits without leading zeros. */
  whole: string
  /** Digits after the decimal mark, as written. */
  fraction: string
  mark: ',' | '.' | ''
}

/**
 * A written number by the habits of a region.
 * @param money a price that ends in 00 has no three decimals: `1,500 €` are thousands, `1,459 €/l` is a fuel's
 */
export function parseFigure(written: string, region: Region, money = false): Figure {
  const raw = written.replace(/ /g, '')
  const marks = raw.match(/[.,]/g) ?? []
  const last = marks.at(-1) as ',' | '.' | undefined
  if (!last) return figure(raw, '', '')
  const at = raw.lastIndexOf(last)
  const tail = raw.slice(at + 1)
  const mixed = marks.some(mark => mark !== last)
  const groups = !mixed && raw.split(last).slice(1).every(group => group.length === 3) && /^[1-9]\d{0,2}[.,]/.test(raw)
  const decimal = mixed || !groups || (marks.length === 1 && last === region.decimal && !(money && tail.endsWith('00')))
  return decimal && tail ? figure(raw.slice(0, at), tail, last) : figure(raw, '', '')
}

function figure(whole: string, fraction: string, mark: Figure['mark']): Figure {
  return { whole: whole.replace(/\D/g, '').replace(/^0+(?=\d)/, ''), fraction, mark }
}

/** The last word before a place, in lower case, without its stop or colon; '' when there is none on this line. */
export function wordBefore(text: string, start: number): string {
  return /([\p{L}\p{M}]+)[.:,]? ?$/u.exec(text.slice(Math.max(0, start - 28), start))?.[1]?.toLowerCase() ?? ''
}

/** The words that follow a place within a sentence, at most `count`, as written. */
export function wordsAfter(text: string, end: number, count: number): string[] {
  const found = /^ ([\p{L}\p{M}\p{N}.,]+(?: [\p{L}\p{M}\p{N}]+){0,5})/u.exec(text.slice(end, end + 60))
  return found ? found[1]!.split(' ').slice(0, count) : []
}

/** Whether a stop at the end of an abbreviation also ends the sentence. */
export function endsSentence(text: string, end: number): boolean {
  return /^(?:\s*$|\n|["»”)]|\s+["«“¡¿(]?\p{Lu})/u.test(text.slice(end, end + 4))
}

/** Words for what ended with the stop of an abbreviation: it stays where the sentence ends there too. */
export function withStop(words: string, written: string, { text, end }: Pick<Spot, 'text' | 'end'>): string {
  return written.endsWith('.') && endsSentence(text, end) ? `${words}.` : words
}

/** A sticky pattern from its source. */
export function sticky(source: string, flags = ''): RegExp {
  return new RegExp(source, `uy${flags}`)
}
