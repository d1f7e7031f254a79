import { FIGURE, parseFigure, sticky, withStop, wordBefore } from '../figures'
import type { Region, Rule } from '../types'
import { cardinal, ordinal } from './cardinal'
import { decimalOf } from './money'

type Unit = [one: string, many: string]

const unit = (one: string, many = `${one}s`): Unit => [one, many]

function units({ place }: Region): Record<string, Unit> {
  const re = (word: string) => place === 'GB' ? word.replace('er', 're') : word
  const [meter, liter] = [re('meter'), re('liter')]
  return {
    'kg': unit('kilo'), 'kgs': unit('kilo'), 'g': unit('gram'), 'mg': unit('milligram'), 'l': unit(liter), 'ml': unit(`milli${liter}`), 'cl': unit(`centi${liter}`),
    'm': unit(meter), 'cm': unit(`centi${meter}`), 'mm': unit(`milli${meter}`), 'km': unit(`kilo${meter}`), 'm²': [`square ${meter}`, `square ${meter}s`], 'm2': [`square ${meter}`, `square ${meter}s`],
    'm³': [`cubic ${meter}`, `cubic ${meter}s`], 'm3': [`cubic ${meter}`, `cubic ${meter}s`], 'sq ft': ['square foot', 'square feet'], 'km/h': [`kilo${meter} per hour`, `kilo${meter}s per hour`], 'mph': ['mile per hour', 'miles per hour'],
    '°c': ['degree Celsius', 'degrees Celsius'], '°f': ['degree Fahrenheit', 'degrees Fahrenheit'], '°': ['degree', 'degrees'],
    'gb': unit('gigabyte'), 'tb': unit('terabyte'), 'mb': unit('megabyte'), 'mbps': ['megabit per second', 'megabits per second'],
    'w': unit('watt'), 'kw': unit('kilowatt'), 'kwh': unit('kilowatt hour'), 'v': unit('volt'), 'mah': unit('milliamp hour'), 'hz': ['hertz', 'hertz'], 'ghz': ['gigahertz', 'gigahertz'],
    'lb': unit('pound'), 'lbs': unit('pound'), 'oz': unit('ounce'), 'fl oz': unit('fluid ounce'), 'ft': ['foot', 'feet'], 'in': ['inch', 'inches'], 'yd': unit('yard'), 'yds': unit('yard'), 'mi': unit('mile'), 'gal': unit('gallon'), 'pt': unit('pint'), 'qt': unit('quart'),
    'min': unit('minute'), 'mins': unit('minute'), 'sec': unit('second'), 'secs': unit('second'), 's': unit('second'), 'h': unit('hour'), 'hr': unit('hour'), 'hrs': unit('hour'), 'pcs': unit('piece'), 'pc': unit('piece'), 'pkt': unit('packet'), 'cal': unit('calorie'), 'kcal': unit('kilocalorie'), 'db': unit('decibel'),
  }
}

const SMALL_ONLY = ['g', 'm', 's', 'h', 'in', 'cal', 'mi', 'pt']
const LARGE_ONLY = ['w', 'v']
const UNIT = '(km/h|kgs?|mg|g|ml|cl|mAh|mbps|mins?|mm|mph|mi|m²|m2|m³|m3|m|cm|km|°\\s?C|°\\s?F|°|GB|TB|MB|kWh|kW|kcal|GHz|Hz|dB|secs?|fl oz|oz|lbs?|sq ft|ft|in|yds?|gal|pt|qt|hrs?|h|pcs?|pkt|cal|W|V|s|l)'
const UNIT_STOP = '(?:\\.(?![\\p{L}\\p{N}]))?'
const PARTS: Record<string, string> = { '1/2': 'half', '½': 'half', '1/3': 'one third', '⅓': 'one third', '2/3': 'two thirds', '⅔': 'two thirds', '1/4': 'a quarter', '¼': 'a quarter', '3/4': 'three quarters', '¾': 'three quarters', '1/8': 'one eighth' }

/** Percentages, offers, measures, ordinals. */
export function measureRules(region: Region): Rule[] {
  const known = units(region)
  const and = region.place === 'GB'
  const unitOf = (written: string) => {
    const name = written.toLowerCase().replace(/° /, '°')
    if (SMALL_ONLY.includes(name) && written !== name) return null
    if (LARGE_ONLY.includes(name) && written === name) return null
    return known[name] ?? null
  }
  const measure = (amount: string, [one, many]: Unit) => {
    const figure = parseFigure(amount, region)
    return `${decimalOf(figure, region)} ${figure.whole === '1' && !figure.fraction ? one : many}`
  }
  return [
    { kind: 'number', starts: ['digit'], pattern: sticky('((?:1[89]|20)\\d0|[2-9]0)s(?![\\p{L}\\p{N}])'), read: ([, digits]) => decade(digits!) },
    { kind: 'number', starts: ['digit'], pattern: sticky('(\\d{1,3})-(?=\\p{Ll}{3,}(?!\\p{L}))'), read: ([, count]) => `${cardinal(count!, and)}-` },
    { kind: 'percent', starts: ['digit'], pattern: sticky(`(${FIGURE})\\s?%`), read: ([, amount]) => `${decimalOf(parseFigure(amount!, region), region)} percent` },
    { kind: 'offer', starts: ['digit'], pattern: sticky('(\\d{1,2})\\s?[x×]\\s?(\\d{1,2})(?![\\p{L}\\p{N}]|[.,:/x×]\\d|\\s?[x×]|\\s?(?:cm|mm|m|in|ft|l|ml|oz|lb|kg|g)(?!\\p{L})|\\s?[€$£])', 'i'), read: ([, take, pay]) => `${cardinal(take!)} for ${cardinal(pay!)}` },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(${FIGURE})\\s?[x×]\\s?(?=\\d{1,5}(?:[.,]\\d{1,6})?(?:\\s?[x×]\\s?\\d{1,5}(?:[.,]\\d{1,3})?)?\\s?(?:cm|mm|m|in|ft|l|ml|oz|lb|kg|g)(?!\\p{L})|\\d{1,5}(?:[.,]\\d{1,3})?\\s?[x×]|[$€£]\\s?\\d)`, 'i'),
      read: ([, side]) => `${decimalOf(parseFigure(side!, region), region)} by `,
    },
    {
      kind: 'unit', starts: ['digit', 'symbol'],
      pattern: sticky(`(1/2|1/4|3/4|½|¼|¾)\\s?${UNIT}${UNIT_STOP}(?![\\p{L}\\p{N}])`, 'i'),
      read: ([whole, part, written], spot) => {
        const found = unitOf(written!)
        return found && withStop(`${/2|½/.test(part!) ? 'half' : `${PARTS[part!]} of`} ${/^[aeiou]|^hour/.test(found[0]) ? 'an' : 'a'} ${found[0]}`, whole, spot)
      },
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(\\d{1,3})(?: 1/2|\\s?½)(?:\\s?${UNIT}${UNIT_STOP})?(?![\\p{L}\\p{N}/])`, 'i'),
      read: ([whole, count, written], spot) => {
        const found = written ? unitOf(written) : null
        if (written && !found) return null
        return withStop(`${cardinal(count!, and)} and a half${found ? ` ${found[1]}` : ''}`, whole, spot)
      },
    },
    {
      kind: 'unit', starts: ['digit', 'symbol'],
      pattern: sticky('(1/2|1/3|2/3|1/4|3/4|1/8|½|⅓|⅔|¼|¾)(?![\\p{L}\\p{N}/]|[.,]\\d)'),
      read: ([, part], { text, start }) => /^(?:on|until|till|from|by|since)$/.test(wordBefore(text, start)) && /\//.test(part!) ? null : PARTS[part!]!,
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(${FIGURE})[\\s-]?${UNIT}${UNIT_STOP}(?![\\p{L}\\p{N}²³]|/\\p{L})`, 'i'),
      read: ([whole, amount, written], spot) => {
        const { text, end } = spot
        const found = unitOf(written!)
        // "5 in the morning" counts no inches.
        if (!found || (written === 'in' && !/^(?:[.,;:!?)]|$| (?:wide|long|tall|deep|by|x))/.test(text.slice(end, end + 6)))) return null
        return withStop(whole.includes('-') ? `${cardinal(parseFigure(amount!, region).whole, and)}-${found[0]}` : measure(amount!, found), whole, spot)
      },
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky('(\\d{1,3}(?:\\.\\d)?)(?:["″]|\'\'|”)(?![\\p{L}\\p{N}])'),
      read: ([, amount], { text, start, end }) => {
        if ((text.slice(Math.max(0, start - 120), start).match(/["“”]/g)?.length ?? 0) % 2) return null
        return /^ \p{Ll}|^ TV/u.test(text.slice(end, end + 3)) ? `${decimalOf(parseFigure(amount!, region), region)}-inch` : measure(amount!, ['inch', 'inches'])
      },
    },
    {
      kind: 'ordinal', starts: ['digit'],
      pattern: sticky('(\\d{1,3}(?:,\\d{3})?|\\d{1,6})(st|nd|rd|th)(?![\\p{L}\\p{N}])', 'i'),
      read: ([, digits]) => ordinal(digits!.replace(',', ''), and),
    },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('\\+(?=\\d)'), read: (_, { text, start }) => /[^\s(]/.test(text[start - 1] ?? ' ') ? ' plus ' : 'plus ' },
  ]
}

function decade(digits: string): string | null {
  if (digits.endsWith('00')) return null
  const century = digits.length === 4 ? `${cardinal(digits.slice(0, 2))} ` : ''
  return `${century}${cardinal(digits.slice(-2))}`.replace(/y$/, 'ies').replace(/ten$/, 'tens')
}
