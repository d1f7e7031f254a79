import { addressRules } from '../addresses'
import { FIGURE, FIGURE_END, parseFigure, sticky } from '../figures'
import type { Region, Rule } from '../types'
import { cardinal } from './cardinal'
import { codeRules } from './codes'
import { dateRules } from './dates'
import { measureRules } from './measures'
import { decimalOf, moneyRules } from './money'
import { wordRules } from './words'

/** Everything that is read otherwise than it is written in English; the first that matches wins. */
export function englishRules(region: Region): Rule[] {
  return [
    ...addressRules({
      dot: 'dot', at: 'at', slash: 'slash', dash: 'dash', underscore: 'underscore', plus: 'plus', hashtag: 'hashtag', number: digits => cardinal(digits),
      endings: Object.fromEntries(['cl', 'mx', 'ar', 'uk', 'us', 'eu', 'io', 'tv', 'es', 'pe', 'uy', 'au', 'ie', 'co'].map(code => [code, [...code.toUpperCase()].join(' ')])),
    }),
    ...dateRules(region),
    ...moneyRules(region),
    ...codeRules(region),
    ...measureRules(region),
    ...wordRules(),
    {
      kind: 'number', starts: ['digit'],
      pattern: sticky(`(${FIGURE})(?:${FIGURE_END}|(?=[-–—]\\d))(?![-–—/]\\d{1,15}[-–—/.,:]\\d)`),
      read: ([, written]) => decimalOf(parseFigure(written!, region), region),
    },
  ]
}
