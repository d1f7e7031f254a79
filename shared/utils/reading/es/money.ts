import { type Figure, FIGURE, parseFigure, SPACED_FIGURE, sticky } from '../figures'
import type { Region, Rule } from '../types'
import { cardinal, digitByDigit, takesDe } from './cardinal'

interface Currency {
  one: string
  many: string
  feminine?: boolean
  cent: string
  /** Says "céntimos" after every price, not only where it would be unclear. */
  always?: boolean
}

const centavo = { cent: 'centavo', always: true }
const CURRENCIES: Record<string, Currency> = {
  EUR: { one: 'euro', many: 'euros', cent: 'céntimo' },
  USD: { one: 'dólar', many: 'dólares', ...centavo },
  PESO: { one: 'peso', many: 'pesos', ...centavo },
  GBP: { one: 'libra', many: 'libras', feminine: true, cent: 'penique', always: true },
  PEN: { one: 'sol', many: 'soles', cent: 'céntimo', always: true },
  UF: { one: 'u efe', many: 'u efe', feminine: true, cent: '' },
}
const ALIASES: Record<string, string> = {
  '€': 'EUR', '£': 'GBP', 'US$': 'USD', 'U$S': 'USD', 'USD$': 'USD', 'S/': 'PEN', 'S/.': 'PEN',
  ...Object.fromEntries(['CLP', 'MXN', 'ARS', 'COP', 'UYU', 'CLP$', 'MX$', 'AR$', 'MXN$', 'ARS$', 'COL$'].map(code => [code, 'PESO'])),
}
const PREFIX = '(US\\$|U\\$S|USD\\$?|CLP\\$?|MXN\\$?|MX\\$|ARS\\$?|AR\\$|COP|UYU|EUR|GBP|PEN|S/\\.?|UF|€|\\$|£)'
const SUFFIX = '(US\\$|U\\$S|USD|CLP|MXN|ARS|COP|UYU|EUR|GBP|PEN|UF|€|\\$|£)'
const SCALE = '(?:\\s?(mil|mill[oó]n|millones)(?: de)?(?!\\p{L}))?'
const PER = '(?:\\s?/\\s?(kg|kilo|l|litro|ud\\.?|uds\\.?|u\\.?|unidad|m²|m2|mes|día|dia|año|semana|persona|h|hora|noche|pieza|pza\\.?|caja|par)(?![\\p{L}\\p{N}]))?'
const PER_WORDS: Record<string, string> = {
  'kg': 'el kilo', 'kilo': 'el kilo', 'l': 'el litro', 'litro': 'el litro', 'ud': 'la unidad', 'uds': 'la unidad', 'u': 'la unidad', 'unidad': 'la unidad', 'm²': 'el metro cuadrado', 'm2': 'el metro cuadrado',
  'mes': 'al mes', 'día': 'al día', 'dia': 'al día', 'año': 'al año', 'semana': 'a la semana', 'persona': 'por persona', 'h': 'la hora', 'hora': 'la hora', 'noche': 'la noche', 'pieza': 'la pieza', 'pza': 'la pieza', 'caja': 'la caja', 'par': 'el par',
}
/** A dash for no cents, as in "$ 5.990.-". */
const NO_CENTS = '(?:[.,][-–](?!\\d))?'

/** Prices with sign, code or word. */
export function moneyRules(region: Region): Rule[] {
  const sign = (written: string) => CURRENCIES[written === '$' ? (region.dollar === 'USD' ? 'USD' : 'PESO') : ALIASES[written.toUpperCase()] ?? written.toUpperCase()]
  const read = (amount: string, scale: string | undefined, currency: Currency | undefined, per: string | undefined) => {
    if (!currency) return null
    return `${price(parseFigure(amount, region, !scale), scale, currency, region)}${per ? ` ${PER_WORDS[per.toLowerCase().replace(/\.$/, '')]}` : ''}`
  }
  return [
    {
      kind: 'price', starts: ['symbol', 'letter'],
      pattern: sticky(`${PREFIX}\\s?(${SPACED_FIGURE})${NO_CENTS}${SCALE}(?:\\s?(USD|MXN|CLP|ARS|COP|EUR)(?![\\p{L}\\p{N}]))?${PER}(?![\\p{L}\\p{N}]|[.,]\\d)`),
      read: ([, prefix, amount, scale, code, per]) => read(amount!, scale, sign(code ?? prefix!), per),
    },
    {
      kind: 'price', starts: ['digit'],
      pattern: sticky(`(${SPACED_FIGURE})${NO_CENTS}${SCALE}\\s?${SUFFIX}${PER}(?![\\p{L}\\p{N}])`),
      read: ([, amount, scale, suffix, per]) => read(amount!, scale, sign(suffix!), per),
    },
    {
      // Words are read by the number before them; only cents need us.
      kind: 'price', starts: ['digit'],
      pattern: sticky(`(${FIGURE}) (euros?|pesos?|d[oó]lar(?:es)?|libras?)${PER}(?![\\p{L}\\p{N}])`, 'i'),
      read: ([, amount, word, per]) => {
        const { fraction } = parseFigure(amount!, region, true)
        if (!fraction && !per) return null
        const code = { e: 'EUR', p: 'PESO', d: 'USD', l: 'GBP' }[word![0]!.toLowerCase()]!
        return read(amount!, undefined, CURRENCIES[code], per)
      },
    },
    {
      kind: 'price', starts: ['digit'],
      pattern: sticky('(\\d{1,2})\\s?(?:¢|cts?\\.?|cént\\.?|céntimos|centavos)(?!\\p{L})'),
      read: ([, amount]) => cents(Number(amount), region.place === 'ES' ? 'céntimo' : 'centavo'),
    },
  ]
}

function price({ whole, fraction, mark }: Figure, scale: string | undefined, currency: Currency, region: Region): string {
  const form = currency.feminine ? 'feminine' : 'masculine'
  const name = whole === '1' && !fraction ? currency.one : currency.many
  if (scale) return `${decimalOf({ whole, fraction, mark }, region, 'masculine')} ${whole === '1' && !fraction && scale !== 'mil' ? 'millón' : scale} ${scale === 'mil' ? '' : 'de '}${currency.many}`
  if (!currency.cent || fraction.length > 2) return `${fraction ? decimalOf({ whole, fraction, mark }, region) : cardinal(whole, form)} ${name}`
  const hundredths = Number(fraction.padEnd(2, '0'))
  if (!hundredths) return `${cardinal(whole, form)} ${takesDe(whole) ? 'de ' : ''}${whole === '1' ? currency.one : currency.many}`
  if (whole === '0') return cents(hundredths, currency.cent)
  const rest = currency.always || hundredths < 10 ? cents(hundredths, currency.cent) : cardinal(String(hundredths))
  return `${cardinal(whole, form)} ${whole === '1' ? currency.one : currency.many} con ${rest}`
}

function cents(count: number, name: string): string {
  return `${cardinal(String(count), 'masculine')} ${name}${count === 1 ? '' : 's'}`
}

/** A number with decimals: coma, or punto where that is how it is written. */
export function decimalOf({ whole, fraction, mark }: Figure, region: Region, form: 'alone' | 'masculine' = 'alone'): string {
  if (!fraction) return cardinal(whole, form)
  const word = (region.decimal ?? mark) === '.' ? 'punto' : 'coma'
  const small = fraction.length <= 2 ? fraction.replace(/^(0*)(\d*)$/, (_, zeros: string, rest: string) => [...zeros].map(() => 'cero').concat(rest ? cardinal(rest) : []).join(' ')) : digitByDigit(fraction)
  return `${cardinal(whole)} ${word} ${small}`
}
