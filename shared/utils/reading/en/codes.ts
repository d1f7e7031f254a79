import { sticky, wordBefore } from '../figures'
import type { Region, Rule } from '../types'
import { cardinal, digitByDigit } from './cardinal'

const END = '(?![\\p{L}\\p{N}_]|[-.·/]\\p{N}|[-·]\\p{L})'
const PLATE_WORD = /(?:plates?|registration|licen[cs]e|reg|tag)(?:\s(?:plate|number|is|no\.?))?\s?:?\s?$/i
const PHONE_WORD = /(?:phone|tel|telephone|mobile|cell|whatsapp|call(?:ing)?|dial|ring|text|number|fax)\.?(?:\s(?:us|on|at|now|is|free|number)){0,3}\s?:?\s?$/i

/** Letters one by one and digits as words: "A B, one two, C D E". */
export function spell(code: string): string {
  const groups = code.toUpperCase().match(/\p{L}+|\d+/gu) ?? []
  return groups.map(group => /\d/.test(group) ? digitByDigit(group) : [...group].join(' ')).join(', ')
}

/** Plates, phone numbers and other numbers that are no amounts. */
export function codeRules(region: Region): Rule[] {
  const before = (text: string, start: number) => text.slice(Math.max(0, start - 40), start)
  return [
    {
      kind: 'plate', starts: ['digit', 'letter'],
      pattern: sticky(`[A-Z0-9]{1,8}(?:[ ·-][A-Z0-9]{1,4}){0,2}${END}`),
      read: ([code], { text, start }) => {
        if (!PLATE_WORD.test(before(text, start))) return null
        const plate = /^[A-Z0-9]{1,8}(?:[ ·-](?=[A-Z]*\d|[A-Z]{3}$)[A-Z0-9]{1,4}){0,2}/.exec(code)?.[0] ?? ''
        return plate === code && /\d/.test(code) && /[A-Z]/.test(code) && code.length >= 4 ? spell(code) : null
      },
    },
    { kind: 'plate', starts: ['letter'], pattern: sticky(`[A-Z]{2}\\d{2} ?[A-Z]{3}${END}`), read: ([code]) => region.place === 'GB' ? spell(code) : null },
    {
      kind: 'phone', starts: ['digit', 'symbol'],
      pattern: sticky('(\\+)?(?:\\d{1,3}[ -])?(?:\\(\\d{1,5}\\)[ -]?)?\\d{1,12}(?:[ .-]\\d{2,8}){0,5}(?![\\p{L}\\p{N}]|[.,:/-]\\d|\\s?[%€$£]| ?(?:kg|g|lb|lbs|oz|ml|cm|m)(?!\\p{L}))'),
      read: ([written, plus], { text, start }) => {
        const groups = written.match(/\d+/g)!
        const digits = groups.join('')
        const asked = PHONE_WORD.test(before(text, start))
        if (plus ? digits.length < 8 || digits.length > 15 : !isPhone(groups, written, region, asked)) return null
        return `${plus ? 'plus ' : ''}${groups.map(group => dial(group, region)).join(', ')}`
      },
    },
    {
      // "(" before an area code is not a sign that anybody hears.
      kind: 'phone', starts: ['symbol'],
      pattern: sticky('\\((\\d{2,5})\\)[ -]?(\\d{3,4})[ -]?(\\d{4})(?![\\p{L}\\p{N}-])'),
      read: ([, ...groups]) => groups.map(group => dial(group!, region)).join(', '),
    },
    {
      kind: 'code', starts: ['digit'],
      pattern: sticky(`\\d{1,40}${END}(?![.,]\\d)`),
      read: ([code], { text, start }) => {
        const named = /^(?:zip|postcode|code|pin|ean|sku|ref|reference|extension|ext)$/.test(wordBefore(text, start))
        return /^0\d/.test(code) || code.length > 9 || (code.length >= 7 && !code.endsWith('000')) || (named && code.length >= 4)
          ? (code.length <= 5 ? [code] : code.match(/\d{1,3}/g)!).map(piece => digitByDigit(piece)).join(', ')
          : null
      },
    },
  ]
}

function isPhone(groups: string[], written: string, { place }: Region, asked: boolean): boolean {
  const digits = groups.join('')
  const shape = groups.map(group => group.length).join('-')
  if (asked) return digits.length === 3 ? groups.length === 1 && ['911', '112', '999', '101', '111', '211', '311', '411', '511', '811', '988'].includes(digits) : digits.length >= 7 && digits.length <= 13
  if (/\(/.test(written)) return digits.length >= 9 && digits.length <= 12
  if (place === 'GB') return digits.startsWith('0') && digits.length >= 10 && digits.length <= 11
  return ['3-3-4', '1-3-3-4'].includes(shape) || (shape === '3-4' && written.includes('-') && /^[2-9]/.test(digits))
}

function dial(group: string, { place }: Region): string {
  if (/^[1-9]00$/.test(group)) return cardinal(group)
  const words = group.length > 4 ? group.match(/\d{1,3}/g)!.map(piece => digitByDigit(piece)).join(', ') : digitByDigit(group)
  return place === 'GB' ? words.replaceAll('zero', 'oh') : words
}
