/** What kind of thing was put into words. */
export const READING_KINDS = [
  'pronunciation', 'number', 'ordinal', 'percent', 'price', 'time', 'date', 'unit', 'offer', 'phone', 'plate', 'code',
  'abbreviation', 'roman', 'address', 'symbol',
] as const
export type ReadingKind = typeof READING_KINDS[number]

/** One place where what is said differs from what is written; `start` and `end` count UTF-16 units of the written text. */
export interface ReadingChange {
  from: string
  to: string
  start: number
  end: number
  kind: ReadingKind
}

export interface Reading {
  text: string
  changes: ReadingChange[]
}

/** How a client says one of its words; `language` such as `es` or `es-CL`, null for every one. */
export interface Pronunciation {
  written: string
  spoken: string
  language?: string | null
}

export type Place = 'ES' | 'CL' | 'MX' | 'AR' | '419' | 'US' | 'GB'

/** How a region writes and says figures. */
export interface Region {
  language: 'es' | 'en'
  place: Place
  /** The mark before decimals; null where both are in use. */
  decimal: ',' | '.' | null
  /** What a bare `$` means. */
  dollar: 'USD' | 'CLP' | 'MXN' | 'ARS' | 'PESO'
  /** 12/24 is the 24th of December. */
  month_first: boolean
}

/** Where in the text a rule has matched. */
export interface Spot {
  text: string
  start: number
  end: number
  region: Region
}

/** What a rule starts with: rules are tried only where they may match. */
export type RuleStart = 'digit' | 'letter' | 'symbol'

/**
 * One thing that is read otherwise than it is written. `pattern` is sticky, and every repetition in it is bounded: a
 * hostile text costs no more than its length.
 */
export interface Rule {
  kind: ReadingKind
  starts: RuleStart[]
  pattern: RegExp
  /** The words, or null when it is not that thing after all. */
  read: (match: RegExpExecArray, spot: Spot) => string | null
}
