import { endsSentence, sticky, wordBefore } from '../figures'
import { romanValue } from '../roman'
import type { Rule } from '../types'
import { cardinal, ordinal } from './cardinal'

/** Before a name: with or without their stop, which never ends the sentence. */
const TITLES: Record<string, string> = { mr: 'Mister', mrs: 'Missus', ms: 'Miz', dr: 'Doctor', prof: 'Professor', gen: 'General', capt: 'Captain', rev: 'Reverend', mt: 'Mount', ft: 'Fort' }
const WORDS: Record<string, string> = {
  ave: 'Avenue', av: 'Avenue', blvd: 'Boulevard', rd: 'Road', ln: 'Lane', hwy: 'Highway', pkwy: 'Parkway', sq: 'Square', bldg: 'building', fl: 'floor', ste: 'Suite', apt: 'apartment',
  dept: 'department', no: 'number', nos: 'numbers', etc: 'et cetera', approx: 'approximately', max: 'maximum', min: 'minimum', tel: 'telephone', ext: 'extension', incl: 'including',
  excl: 'excluding', pp: 'pages', pg: 'page', qty: 'quantity', est: 'established', inc: 'incorporated', corp: 'corporation', co: 'company', ltd: 'limited', vs: 'versus', temp: 'temperature', hrs: 'hours',
  hr: 'hour', mins: 'minutes', secs: 'seconds', oz: 'ounce', lb: 'pound', lbs: 'pounds', pkg: 'package', pcs: 'pieces', asst: 'assistant', mgr: 'manager', mfg: 'manufacturing', jr: 'Junior', sr: 'Senior', assoc: 'associate', govt: 'government', univ: 'university', misc: 'miscellaneous', reg: 'regular', ref: 'reference', sun: 'Sunday', sat: 'Saturday', mon: 'Monday', tue: 'Tuesday', tues: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', thurs: 'Thursday', fri: 'Friday',
}
/** Also words of their own: only before a number, or only with a capital. */
const BEFORE_NUMBER = ['no', 'nos', 'ext', 'pg', 'pp', 'apt', 'ste', 'fl', 'max', 'min', 'est', 'tel']
const CAPITAL_ONLY = ['ave', 'av', 'rd', 'ln', 'sq', 'co', 'inc', 'corp', 'jr', 'sr', 'sun', 'sat', 'mon', 'wed', 'fri', 'tue', 'tues', 'thu', 'thurs']
const ALL = [...new Set([...Object.keys(TITLES), ...Object.keys(WORDS), 'st'])].sort((a, b) => b.length - a.length).join('|')
const NUMBERED = /^(?:chapter|part|volume|war|phase|type|act|scene|book|bowl|section|level|class|stage|episode|tier|mark)$/

/** Abbreviations, roman numbers and signs between words. */
export function wordRules(): Rule[] {
  return [
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('e\\. ?g\\.', 'i'), read: () => 'for example' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('i\\. ?e\\.', 'i'), read: () => 'that is' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('w/o(?![\\p{L}\\p{N}])', 'i'), read: () => 'without' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('w/ ?(?=\\p{L})', 'i'), read: () => 'with ' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('U\\. ?S\\. ?A?\\.?(?![\\p{L}])'), read: ([written], { text, end }) => `${/A/.test(written) ? 'USA' : 'US'}${endsSentence(text, end) ? '.' : written.endsWith(' ') ? ' ' : ''}` },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('\\p{Lu}\\.(?:\\p{Lu}\\.){1,5}(?![\\p{L}\\p{N}])'), read: ([written], { text, end }) => `${written.replace(/\./g, '')}${endsSentence(text, end) ? '.' : ''}` },
    {
      kind: 'abbreviation', starts: ['letter'],
      pattern: sticky(`(${ALL})\\.(?![\\p{L}\\p{N}\\p{M}_@/]|\\.)`, 'i'),
      read: ([, written], { text, start, end }) => {
        const name = written!.toLowerCase()
        const next = text.slice(end, end + 2)
        if (name === 'st') return /^ \p{Lu}/u.test(next) && !/\p{L} $/u.test(text.slice(Math.max(0, start - 2), start)) ? 'Saint' : saintOrStreet(text, start, end)
        if (TITLES[name] && /^ \p{Lu}/u.test(next) && /^\p{Lu}/u.test(written!)) return TITLES[name]
        if (BEFORE_NUMBER.includes(name) && !/^ ?\d/.test(next) && !(name === 'tel' && next.startsWith(':'))) return null
        if (CAPITAL_ONLY.includes(name) && !/^\p{Lu}/u.test(written!)) return null
        const word = WORDS[name]
        return word ? `${cased(word, written!, text, start)}${endsSentence(text, end) ? '.' : ''}` : null
      },
    },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('(Mr|Mrs|Ms|Dr|Prof)(?= \\p{Lu}\\p{Ll})'), read: ([, written]) => TITLES[written!.toLowerCase()]! },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('(Ave|Blvd|Rd|Dept|approx|St)(?![\\p{L}\\p{N}.\']|-\\p{L})'), read: ([, written], { text, start, end }) => written === 'St' ? (/^ \p{Lu}\p{Ll}/u.test(text.slice(end, end + 3)) && !/\p{L} $/u.test(text.slice(Math.max(0, start - 2), start)) ? 'Saint' : /\p{Lu}\p{Ll}+ $/u.test(text.slice(Math.max(0, start - 24), start)) ? 'Street' : null) : WORDS[written!.toLowerCase()]! },
    {
      kind: 'roman', starts: ['letter'],
      pattern: sticky('[IVXLCM]{1,8}(?![\\p{L}\\p{N}_\'’]|[-.·/]\\p{L})'),
      read: ([roman], { text, start }) => {
        const value = romanValue(roman)
        const before = wordBefore(text, start)
        if (!value || text[start - 1] !== ' ') return null
        if (NUMBERED.test(before)) return cardinal(String(value))
        return /^(?:charles|henry|elizabeth|george|edward|louis|philip|james|william|richard|john|paul|pius|benedict|francis|catherine|nicholas|alexander|frederick|napoleon|felipe|carlos|mary)$/.test(before) && /\p{Lu}\p{L}+ $/u.test(text.slice(Math.max(0, start - 20), start)) && !(roman === 'I' && /^ (?:am|was|have|had|will|would|can|do|think|want|need|love|like)/.test(text.slice(start + 1, start + 8)))
          ? `the ${ordinal(String(value))}`
          : null
      },
    },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('&(?= )'), read: (_, { text, start }) => text[start - 1] === ' ' ? 'and' : null },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('# ?(?=\\d)'), read: () => 'number ' },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('\\+(?= [\\p{L}\\p{N}])'), read: (_, { text, start }) => text[start - 1] === ' ' ? 'plus' : null },
  ]
}

function saintOrStreet(text: string, start: number, end: number): string | null {
  const before = /(\p{L}+|\d(?:st|nd|rd|th)?) $/u.exec(text.slice(Math.max(0, start - 24), start))?.[1] ?? ''
  if (!before) return null
  if (/^(?:at|in|to|from|near|of|the|on|by|for|and)$/i.test(before)) return /^ \p{Lu}/u.test(text.slice(end, end + 2)) ? 'Saint' : null
  return `Street${endsSentence(text, end) ? '.' : ''}`
}

/** As its abbreviation was: "Dept." at the start of a sentence keeps its capital. */
function cased(word: string, written: string, text: string, start: number): string {
  const starts = start === 0 || /[.!?\n] ?$/.test(text.slice(Math.max(0, start - 2), start))
  return /^\p{Lu}/u.test(written) && starts ? word[0]!.toUpperCase() + word.slice(1) : word
}
