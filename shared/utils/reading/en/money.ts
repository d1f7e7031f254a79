import { type Figure, FIGURE, parseFigure, sticky } from '../figures'
import type { Region, Rule } from '../types'
import { cardinal, digitByDigit } from './cardinal'

interface Currency {
  one: string
  many: string
  cent: string
  cents: string
}

const DOLLAR = { one: 'dollar', many: 'dollars', cent: 'cent', cents: 'cents' }
const CURRENCIES: Record<string, Currency> = {
  $: DOLLAR, US$: DOLLAR, USD: DOLLAR, A$: DOLLAR, C$: DOLLAR,
  ...Object.fromEntries(['£', 'GBP'].map(sign => [sign, { one: 'pound', many: 'pounds', cent: 'penny', cents: 'pence' }])),
  ...Object.fromEntries(['€', 'EUR'].map(sign => [sign, { one: 'euro', many: 'euros', cent: 'cent', cents: 'cents' }])),
  ...Object.fromEntries(['MXN', 'CLP', 'ARS'].map(sign => [sign, { one: 'peso', many: 'pesos', cent: 'centavo', cents: 'centavos' }])),
}
const PER: Record<string, string> = { kg: 'a kilo', lb: 'a pound', oz: 'an ounce', l: 'a liter', each: 'each', ea: 'each', mo: 'a month', month: 'a month', yr: 'a year', year: 'a year', day: 'a day', week: 'a week', hr: 'an hour', h: 'an hour', hour: 'an hour', person: 'a person', night: 'a night', pack: 'a pack' }
const PER_PATTERN = '(?:\\s?/\\s?(kg|lb|oz|l|each|ea|mo|month|yr|year|day|week|hr|hour|h|person|night|pack)(?![\\p{L}\\p{N}]))?'
const SCALES: Record<string, string> = { k: 'thousand', m: 'million', bn: 'billion', b: 'billion' }

/** Prices with sign or code. */
export function moneyRules(region: Region): Rule[] {
  const read = (amount: string, scale: string | undefined, sign: string, per: string | undefined) =>
    `${price(parseFigure(amount, region, !scale), scale && (SCALES[scale.toLowerCase()] ?? scale), CURRENCIES[sign.toUpperCase()]!, region)}${per ? ` ${perWord(per, region)}` : ''}`
  return [
    {
      kind: 'price', starts: ['symbol', 'letter'],
      pattern: sticky(`(US\\$|[AC]\\$|[$€£]|USD|GBP|EUR|MXN|CLP|ARS)\\s?(${FIGURE})(?:([KM]|bn)(?!\\p{L})|\\s(thousand|million|billion)(?!\\p{L}))?${PER_PATTERN}(?:\\s?(USD|MXN|CLP|ARS)(?!\\p{L}))?(?![\\p{L}\\p{N}]|[.,]\\d)`, 'i'),
      read: ([, sign, amount, short, long, per, code]) => read(amount!, short ?? long, code ?? sign!, per),
    },
    {
      kind: 'price', starts: ['digit'],
      pattern: sticky(`(${FIGURE})\\s?(€|£|\\$|USD|GBP|EUR|MXN|CLP|ARS)${PER_PATTERN}(?![\\p{L}\\p{N}])`),
      read: ([, amount, sign, per]) => read(amount!, undefined, sign!, per),
    },
    {
      kind: 'price', starts: ['digit'],
      pattern: sticky(`(\\d{1,3})\\s?(¢|p(?!\\.?\\s?m))${PER_PATTERN}(?![\\p{L}\\p{N}])`),
      read: ([, amount, sign, per]) => {
        if (sign === 'p' && region.place !== 'GB') return null
        const words = sign === 'p' ? (amount === '1' ? 'penny' : 'pence') : amount === '1' ? 'cent' : 'cents'
        return `${cardinal(amount!, region.place === 'GB')} ${words}${per ? ` ${perWord(per, region)}` : ''}`
      },
    },
  ]
}

function perWord(per: string, region: Region): string {
  const word = PER[per.toLowerCase()]!
  return region.place === 'GB' ? word.replace('liter', 'litre') : word
}

function price({ whole, fraction }: Figure, scale: string | undefined, { one, many, cent, cents }: Currency, region: Region): string {
  const and = region.place === 'GB'
  if (scale) return `${decimalOf({ whole, fraction, mark: '.' }, region)} ${scale} ${many}`
  if (fraction.length > 2) return `${decimalOf({ whole, fraction, mark: '.' }, region)} ${many}`
  const hundredths = Number(fraction.padEnd(2, '0'))
  const rest = `${cardinal(String(hundredths))} ${hundredths === 1 ? cent : cents}`
  if (hundredths && whole === '0') return rest
  const units = `${cardinal(whole, and)} ${whole === '1' ? one : many}`
  if (!hundredths) return units
  // In Britain "three pounds fifty", though never "three pounds five".
  return and && hundredths >= 10 ? `${units} ${cardinal(String(hundredths))}` : `${units} and ${rest}`
}

/** A number with decimals: two point seven five. */
export function decimalOf({ whole, fraction }: Figure, region: Region): string {
  const words = cardinal(whole, region.place === 'GB')
  return fraction ? `${words} point ${digitByDigit(fraction)}` : words
}
