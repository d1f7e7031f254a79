import { sticky, wordBefore } from '../figures'
import type { Region, Rule } from '../types'
import { cardinal, digitByDigit } from './cardinal'
import { spell } from './letters'

const END = '(?![\\p{L}\\p{N}_]|[-.·/]\\p{N}|[-·]\\p{L})'
/** As printed: Chile BB·CD-12 and AA-1234, Mexico ABC-123-D, Argentina AB 123 CD and ABC 123, Spain 1234 BCD. */
const PLATES: Record<'ES' | 'CL' | 'MX' | 'AR', string[]> = {
  ES: ['\\d{4}[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}'],
  CL: ['[A-Z]{2}[·.-][A-Z]{2}[·.-]?\\d{2}', '[BCDFGHJKLPRSTVWXYZ]{4}[·. -]?\\d{2}', '[A-Z]{2} [A-Z]{2} \\d{2}', '[A-Z]{2}[·.-]\\d{4}'],
  MX: ['[A-Z]{3}-\\d{3}-[A-Z]', '[A-Z]{3}-\\d{2}-\\d{2}', '[A-Z]{3}-\\d{3,4}', '[A-Z]\\d{2}-[A-Z]{3}'],
  AR: ['[A-Z]{2} ?\\d{3} ?[A-Z]{2}', '[A-Z]{3}[ -]?\\d{3}'],
}
const PLATE_WORD = /(?:matr[ií]culas?|patentes?|placas?|dominio)(?:\s(?:es|son|n[uú]mero|n\.?º))?\s?:?\s?$/i
const PHONE_WORD = /(?:tel[eé]fonos?|tel|tfno|telf|fono|m[oó]vil|celular|whatsapp|llame|llama|llamando|ll[aá]men?os|marque|marca|marcando|llamar|n[uú]mero|contacto)\.?(?:\s(?:al|a|en|es|el|gratis|gratuito|de|n[uú]mero|tel[eé]fono)){0,3}\s?:?\s?$/i

/** Plates, phone numbers and numbers of papers. */
export function codeRules(region: Region): Rule[] {
  const own = region.place in PLATES ? PLATES[region.place as keyof typeof PLATES] : Object.values(PLATES).flat()
  const before = (text: string, start: number) => text.slice(Math.max(0, start - 40), start)
  return [
    {
      kind: 'plate', starts: ['digit', 'letter'],
      // After "patente" or "matrícula" any such code is one, in small letters too.
      pattern: sticky(`[A-Z0-9]{1,7}(?:[ ·.-][A-Z0-9]{1,4}){0,3}${END}`, 'i'),
      read: ([code], { text, start }) => {
        if (!PLATE_WORD.test(before(text, start))) return null
        const plate = new RegExp(`^(?:${[...own, ...Object.values(PLATES).flat()].join('|')})(?![A-Z0-9])`, 'i').exec(code)
        if (plate && plate[0].length === code.length) return spell(code, region)
        return /\d/.test(code) && /^[A-Z0-9·.-]{4,9}$/.test(code) ? spell(code, region) : null
      },
    },
    { kind: 'plate', starts: ['digit', 'letter'], pattern: sticky(`(?:${own.join('|')})${END}`), read: ([code]) => /^[A-Z]{3} \d{3}$/.test(code) && /^(?:IVA|DNI|RUT|RUN|CAP|KIT|TEL|POR|LOS|LAS|DEL|SON|HOY|MAS|SUS)/.test(code) ? null : spell(code, region) },
    {
      kind: 'code', starts: ['digit'],
      pattern: sticky(`(\\d{1,2}\\.\\d{3}\\.\\d{3}|\\d{7,8})-([\\dkK])${END}`),
      read: ([, number, check], { text, start }) => region.place === 'CL' || /\b(?:rut|run)\b/i.test(before(text, start))
        ? `${cardinal(number!.replace(/\D/g, ''))} guion ${/k/i.test(check!) ? 'ka' : cardinal(check!)}`
        : null,
    },
    { kind: 'code', starts: ['digit'], pattern: sticky(`\\d{8}-?[A-Z]${END}`), read: ([code]) => region.place === 'ES' ? spell(code, region) : null },
    {
      kind: 'phone', starts: ['digit', 'symbol'],
      pattern: sticky('(\\+\\s?)?(?:\\(\\d{1,4}\\)[ -]?)?\\d{1,12}(?:(?:[ -]|\\. ?)(?:\\(\\d{1,4}\\) ?)?\\d{1,8}){0,6}(?![\\p{L}\\p{N}]|[.,:/-]\\d|\\s?[%€$£]| ?(?:kg|g|h|ml|cm|m)(?!\\p{L}))'),
      read: ([written, plus], { text, start }) => {
        const groups = written.match(/\d+/g)!
        const digits = groups.join('')
        const asked = PHONE_WORD.test(before(text, start))
        if (plus ? digits.length < 8 || digits.length > 15 : !isPhone(groups, written, region, asked)) return null
        return `${plus ? 'más ' : ''}${groups.flatMap(group => inPieces(group)).join(', ')}`
      },
    },
    {
      kind: 'code', starts: ['digit'],
      pattern: sticky(`\\d{1,40}${END}(?![.,]\\d)`),
      // Leading zeros and codes as long as a bar code are digits, not an amount.
      read: ([code], { text, start }) => {
        const postal = /^(?:cp|postal|código|codigo|pin|clave|ean|sku|ref|referencia)$/.test(wordBefore(text, start))
        const isCode = /^0\d/.test(code) || code.length > 9 || (code.length >= 7 && !code.endsWith('000')) || (postal && code.length >= 4)
        return isCode ? (code.length <= 5 ? digitByDigit(code) : inPieces(code).join(', ')) : null
      },
    },
  ]
}

/** Whether groups of digits are how this region writes a telephone. */
function isPhone(groups: string[], written: string, { place }: Region, asked: boolean): boolean {
  const digits = groups.join('')
  const shape = groups.map(group => group.length).join('-')
  if (asked) return digits.length === 3 ? groups.length === 1 && /^[01689]|^112|^13[1-9]$/.test(digits) : digits.length >= 7 && digits.length <= 13
  if (/\(/.test(written)) return digits.length >= 9 && digits.length <= 12
  if (/\. /.test(written)) return false
  const spain = /^[6-9]\d{8}$/.test(digits) && ['9', '3-3-3', '3-2-2-2', '2-3-2-2', '3-6'].includes(shape)
  const chile = ((/^9\d{8}$/.test(digits) || /^[2-7]\d{8}$/.test(digits)) && ['1-4-4', '2-3-4', '1-8'].includes(shape)) || (/^9\d{8}$/.test(digits) && shape === '9') || (/^[68]00/.test(digits) && ['3-3-3', '3-3-4', '3-6'].includes(shape))
  const mexico = digits.length === 10 && ['10', '2-4-4', '3-3-4', '2-2-2-2-2', '3-3-2-2', '2-8'].includes(shape) && !/^0/.test(digits)
  const argentina = ['2-4-4', '4-4', '3-3-4', '3-4-4', '4-3-4', '4-2-4', '3-7', '3-4-3'].includes(shape) && /^(?:0?11|0[3689]\d\d|[2-4]\d)/.test(digits) && (shape !== '4-4' || /^[456]/.test(digits))
  return { ES: spain, CL: chile, MX: mexico, AR: argentina }[place as 'ES'] ?? (spain && shape !== '9' ? true : chile || mexico || (argentina && shape !== '4-4'))
}

/** A group as people dictate it: pairs as numbers, threes digit by digit, longer ones in twos or threes. */
function inPieces(group: string): string[] {
  if (group.length === 1) return [cardinal(group)]
  if (group.length === 2) return [pair(group)]
  if (group.length === 3) return [digitByDigit(group)]
  if (group.length === 4) return [`${pair(group.slice(0, 2))} ${pair(group.slice(2))}`]
  const size = group.length % 3 === 0 || group.length > 12 ? 3 : group.length % 2 === 0 ? 2 : 3
  const pieces = group.match(new RegExp(`\\d{1,${size}}`, 'g'))!
  return pieces.map(piece => piece.length === 2 ? pair(piece) : digitByDigit(piece))
}

function pair(two: string): string {
  return two.startsWith('0') ? digitByDigit(two) : cardinal(two)
}
