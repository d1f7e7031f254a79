import { FIGURE, FIGURE_END, parseFigure, sticky, withStop, wordBefore } from '../figures'
import type { Region, Rule, Spot } from '../types'
import { formAt, genderOf } from './agreement'
import { cardinal } from './cardinal'
import { decimalOf } from './money'
import { ordinal } from './ordinal'

interface Unit {
  one: string
  many: string
  feminine?: boolean
}

const unit = (one: string, many = `${one}s`): Unit => ({ one, many })
const feminine = (one: string, many = `${one}s`): Unit => ({ one, many, feminine: true })

function units({ place }: Region): Record<string, Unit> {
  const watt = place === 'ES' ? unit('vatio') : unit('watt')
  const volt = place === 'ES' ? unit('voltio') : unit('volt')
  return {
    'kg': unit('kilo'), 'kgs': unit('kilo'), 'g': unit('gramo'), 'gr': unit('gramo'), 'grs': unit('gramo'), 'mg': unit('miligramo'),
    'l': unit('litro'), 'lt': unit('litro'), 'lts': unit('litro'), 'ml': unit('mililitro'), 'cl': unit('centilitro'), 'cc': { one: 'centímetro cúbico', many: 'centímetros cúbicos' },
    'm': unit('metro'), 'mts': unit('metro'), 'cm': unit('centímetro'), 'mm': unit('milímetro'), 'km': unit('kilómetro'), 'kms': unit('kilómetro'),
    'm²': { one: 'metro cuadrado', many: 'metros cuadrados' }, 'm2': { one: 'metro cuadrado', many: 'metros cuadrados' },
    'm³': { one: 'metro cúbico', many: 'metros cúbicos' }, 'm3': { one: 'metro cúbico', many: 'metros cúbicos' },
    'km/h': { one: 'kilómetro por hora', many: 'kilómetros por hora' }, 'ha': feminine('hectárea'), 't': feminine('tonelada'),
    '°c': unit('grado'), 'ºc': unit('grado'), '°f': { one: 'grado Fahrenheit', many: 'grados Fahrenheit' },
    'gb': unit('giga'), 'tb': unit('tera'), 'mb': unit('mega'), 'mbps': unit('mega'), 'kwh': { one: `kilo${watt.one} hora`, many: `kilo${watt.many} hora` }, 'kw': unit(`kilo${watt.one}`),
    'w': watt, 'v': volt, 'mah': { one: 'miliamperio hora', many: 'miliamperios hora' }, 'hz': unit('hercio'), 'ghz': unit('gigahercio'),
    'min': unit('minuto'), 'mins': unit('minuto'), 'seg': unit('segundo'), 's': unit('segundo'), 'oz': feminine('onza'), 'lb': feminine('libra'), 'lbs': feminine('libra'),
    'ud': feminine('unidad', 'unidades'), 'uds': feminine('unidad', 'unidades'), 'un': feminine('unidad', 'unidades'), 'unid': feminine('unidad', 'unidades'), 'u': feminine('unidad', 'unidades'),
    'pza': feminine('pieza'), 'pzas': feminine('pieza'), 'pz': feminine('pieza'), 'kcal': feminine('kilocaloría'), 'cal': feminine('caloría'), 'db': unit('decibelio'),
  }
}

/** Written small only, because large it is something else: 5G, 4K, 2M. */
const SMALL_ONLY = ['g', 'm', 't', 's', 'u', 'un', 'cal']
const LARGE_ONLY = ['w', 'v']
const UNIT = '(km/h|kgs?|grs?|mg|g|lts?|ml|cl|cc|mts|m²|m2|m³|m3|mAh|mbps|mins?|mm|m|cm|kms?|ha|[°º]\\s?C|[°º]\\s?F|GB|TB|MB|kWh|kcal|kW|GHz|Hz|dB|seg|oz|lbs?|uds?|unid|un|u|pzas?|pz|cal|W|V|t|s|l)'
const UNIT_STOP = '(?:\\.(?![\\p{L}\\p{N}]))?'
const HALVES: Record<string, [masculine: string, feminine: string]> = { '½': ['medio', 'media'], '1/2': ['medio', 'media'], '¼': ['un cuarto de', 'un cuarto de'], '1/4': ['un cuarto de', 'un cuarto de'], '¾': ['tres cuartos de', 'tres cuartos de'], '3/4': ['tres cuartos de', 'tres cuartos de'] }
const PARTS: Record<string, string> = { '1/2': 'medio', '½': 'medio', '1/3': 'un tercio', '⅓': 'un tercio', '2/3': 'dos tercios', '⅔': 'dos tercios', '1/4': 'un cuarto', '¼': 'un cuarto', '3/4': 'tres cuartos', '¾': 'tres cuartos', '1/8': 'un octavo' }
const OFF = '(?:\\s?(?:de )?(dto|dcto|dscto|desc)(?!\\p{L})(\\.(?=[ ,]|$|\\n)|\\.$)?)?'

/** Percentages, offers, measures, ordinals. */
export function measureRules(region: Region): Rule[] {
  const known = units(region)
  const unitOf = (written: string) => {
    const name = written.replace(/\s/g, '').toLowerCase()
    if (SMALL_ONLY.includes(name) && written !== name) return null
    if (LARGE_ONLY.includes(name) && written === name) return null
    return known[name] ?? null
  }
  const measure = (amount: string, { one, many, feminine }: Unit) => {
    const figure = parseFigure(amount, region)
    const words = figure.fraction ? decimalOf(figure, region) : cardinal(figure.whole, feminine ? 'feminine' : 'masculine')
    return `${words} ${figure.whole === '1' && !figure.fraction ? one : many}`
  }
  return [
    {
      kind: 'percent', starts: ['digit'],
      pattern: sticky(`(${FIGURE})\\s?%${OFF}`, 'i'),
      read: ([, amount, off, stop], { text, end }) => {
        const words = decimalOf(parseFigure(amount!, region), region)
        const percent = words === 'cien' && region.place === 'ES' ? 'cien por cien' : `${words} por ciento`
        return `${percent}${off ? ' de descuento' : ''}${stop && /^\s*$|^\s+["«“¡¿(]?\p{Lu}/u.test(text.slice(end, end + 4)) ? '.' : ''}`
      },
    },
    {
      kind: 'offer', starts: ['digit'],
      pattern: sticky('(\\d{1,2})\\s?[x×]\\s?(\\d{1,2})(?![\\p{L}\\p{N}]|[.,:/x×]\\d|\\s?[x×]|\\s?(?:cm|mm|m|l|cl|ml|kg|g)(?!\\p{L})|\\s?[€$£])', 'i'),
      read: ([, take, pay]) => `${cardinal(take!)} por ${cardinal(pay!)}`,
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(${FIGURE})\\s?[x×]\\s?(?=\\d{1,5}(?:[.,]\\d{1,6})?(?:\\s?[x×]\\s?\\d{1,5}(?:[.,]\\d{1,3})?)?\\s?(?:cm|mm|m|l|cl|ml|kg|g)(?!\\p{L})|\\d{1,5}(?:[.,]\\d{1,3})?\\s?[x×]|\\d{1,6}(?:[.,]\\d{1,3}){0,2}\\s?[€$£]|[$€£]\\s?\\d)`, 'i'),
      read: ([, side]) => `${decimalOf(parseFigure(side!, region), region)} por `,
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(1/2|1/4|3/4)\\s?${UNIT}${UNIT_STOP}(?![\\p{L}\\p{N}])`, 'i'),
      read: ([whole, part, written], spot) => fraction(part!, unitOf(written!), whole, spot),
    },
    {
      kind: 'unit', starts: ['symbol'],
      pattern: sticky(`([½¼¾])\\s?${UNIT}${UNIT_STOP}(?![\\p{L}\\p{N}])`, 'i'),
      read: ([whole, part, written], spot) => fraction(part!, unitOf(written!), whole, spot),
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(\\d{1,3})\\s?½(?:\\s?${UNIT}${UNIT_STOP})?(?![\\p{L}\\p{N}])`, 'i'),
      read: ([whole, count, written], spot) => {
        const found = written ? unitOf(written) : null
        if (written && !found) return null
        return found ? withStop(`${measure(count!, found)} y ${found.feminine ? 'media' : 'medio'}`, whole, spot) : `${cardinal(count!)} y medio`
      },
    },
    {
      kind: 'unit', starts: ['digit', 'symbol'],
      pattern: sticky('(1/2|1/3|2/3|1/4|3/4|1/8|½|⅓|⅔|¼|¾)(?![\\p{L}\\p{N}/]|[.,]\\d)(?= ?(\\p{Ll}{2,20})?)'),
      read: ([, part, word], { text, start }) => {
        if (/^(?:el|del|al|día|hasta|desde)$/.test(wordBefore(text, start)) && /\//.test(part!)) return null
        if (!word) return PARTS[part!]!
        // Media hora, medio pollo; a quarter is "de": un cuarto de hora.
        const counts = HALVES[part!]
        return counts && genderOf(word) ? counts[genderOf(word) === 'feminine' ? 1 : 0] : PARTS[part!]!
      },
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky(`(${FIGURE})\\s?${UNIT}${UNIT_STOP}(?![\\p{L}\\p{N}²³]|/\\p{L})`, 'i'),
      read: ([whole, amount, written], spot) => {
        const found = unitOf(written!)
        return found && withStop(measure(amount!, found), whole, spot)
      },
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky('(\\d{1,3}(?:[.,]\\d)?)(?:["″]|\'\'|”)(?![\\p{L}\\p{N}])'),
      // A quotation that ends with a number is not a size: its first mark stands before.
      read: ([, amount], { text, start }) => (text.slice(Math.max(0, start - 120), start).match(/["“”]/g)?.length ?? 0) % 2 ? null : measure(amount!, feminine('pulgada')),
    },
    {
      kind: 'ordinal', starts: ['digit'],
      pattern: sticky('(\\d{1,3})(\\.?(?:º|ª)|\\.?(?:er|ero|ro|do|to|mo|vo|no|ra|da|ta|ma|va|na)s?|\\.?°)(?![\\p{L}\\p{N}²³])', 'i'),
      read: ([whole, digits, mark], spot) => readOrdinal(Number(digits), mark!.toLowerCase(), whole, spot.text, spot.end),
    },
    {
      kind: 'unit', starts: ['digit'],
      pattern: sticky('(\\d{1,3}(?:[.,]\\d)?)\\s?[°º](?![\\p{L}\\p{N}])'),
      read: ([, amount]) => measure(amount!, unit('grado')),
    },
    {
      kind: 'unit', starts: ['letter'],
      // "el kg", "cada ud.": a unit without a number.
      pattern: sticky(`(kg|uds?|m²|gr)${UNIT_STOP}(?![\\p{L}\\p{N}]|/)`, 'i'),
      read: ([whole, written], spot) => {
        const found = /^(?:el|la|por|cada|al|medio|media|un|una)$/.test(wordBefore(spot.text, spot.start)) ? unitOf(written!) : null
        return found && withStop(found.one, whole, spot)
      },
    },
    {
      kind: 'number', starts: ['digit'],
      pattern: sticky('\\d{1,3}(?: \\d{3}){1,5}(?![\\p{L}\\p{N}]|[.,:/]\\d|[ -]\\d)'),
      // "10 000 personas", "1 250 000": blanks between thousands.
      read: ([written], { text, start, end }) => {
        if (!/ 000$| \d{3} \d{3}$/.test(written) || written.length > 19) return null
        const digits = written.replace(/ /g, '')
        return cardinal(digits, formAt(text, start, end, digits))
      },
    },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky(`\\+(?=${FIGURE}${FIGURE_END})`), read: (_, { text, start }) => /[^\s(]/.test(text[start - 1] ?? ' ') ? ' más ' : 'más ' },
    { kind: 'offer', starts: ['letter'], pattern: sticky('x ?(\\d{1,2})(?![\\p{L}\\p{N}]|[.,:/]\\d)', 'i'), read: ([, count], { text, start }) => /\p{L} $/u.test(text.slice(Math.max(0, start - 2), start)) ? `por ${cardinal(count!)}` : null },
  ]
}

function fraction(part: string, found: Unit | null, whole: string, spot: Spot): string | null {
  return found && withStop(`${HALVES[part]![found.feminine ? 1 : 0]} ${found.one}`, whole, spot)
}

function readOrdinal(value: number, mark: string, whole: string, text: string, end: number): string | null {
  const next = /^ (\p{Ll}+)/u.exec(text.slice(end, end + 24))?.[1]
  // 20° are degrees; 2° piso is a floor.
  if (/°$/.test(mark) && !(next && value <= 30 && genderOf(next))) return null
  if (/^[a-z]/.test(mark.replace('.', '')) && !fits(value, mark.replace('.', '').replace(/s$/, ''))) return null
  const isFeminine = /ª|a$/.test(mark.replace(/s$/, ''))
  const short = !isFeminine && (/er$/.test(mark) || (next ? genderOf(next) === 'masculine' && !next.endsWith('s') : false))
  const word = ordinal(value, isFeminine ? 'feminine' : short ? 'short' : 'masculine') ?? cardinal(String(value))
  const plural = /s$/.test(mark) ? 's' : ''
  return `${word}${plural}${whole.endsWith('.') ? '.' : ''}`
}

/** 1ro, 2do, 3er, 4ta …: the letters must be those of the ordinal. */
function fits(value: number, letters: string): boolean {
  const word = ordinal(value, /a$/.test(letters) ? 'feminine' : letters === 'er' ? 'short' : 'masculine')
  return word?.endsWith(letters) ?? false
}
