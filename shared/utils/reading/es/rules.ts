import { addressRules } from '../addresses'
import { FIGURE, FIGURE_END, parseFigure, sticky } from '../figures'
import type { Region, Rule } from '../types'
import { formAt, genderOf } from './agreement'
import { cardinal, takesDe } from './cardinal'
import { codeRules } from './codes'
import { dateRules } from './dates'
import { spell } from './letters'
import { measureRules } from './measures'
import { decimalOf, moneyRules } from './money'
import { timeRules } from './times'
import { wordRules } from './words'

/** Everything that is read otherwise than it is written in Spanish; the first that matches wins. */
export function spanishRules(region: Region): Rule[] {
  const ending = (code: string) => spell(code, region)
  return [
    ...addressRules({
      dot: 'punto', at: 'arroba', slash: 'barra', dash: 'guion', underscore: 'guion bajo', plus: 'más', hashtag: 'hashtag', number: digits => cardinal(digits),
      endings: Object.fromEntries(['cl', 'mx', 'ar', 'uk', 'us', 'eu', 'io', 'tv', 'pe', 'uy'].map(code => [code, ending(code)])),
    }),
    ...dateRules(region),
    ...timeRules(),
    ...moneyRules(region),
    ...codeRules(region),
    ...measureRules(region),
    ...wordRules(),
    {
      kind: 'number', starts: ['digit'],
      pattern: sticky(`(${FIGURE})(?:${FIGURE_END}|(?=[-–—]\\d))(?![-–—/]\\d{1,15}[-–—/.,:]\\d)`),
      read: ([, written], { text, start, end }) => {
        const { whole, fraction, mark } = parseFigure(written!, region)
        if (fraction) return decimalOf({ whole, fraction, mark }, region)
        const noun = /^ (\p{L}+)/u.exec(text.slice(end, end + 24))?.[1] ?? ''
        const de = takesDe(whole) && genderOf(noun) && !/^mill/.test(noun) ? ' de' : ''
        return `${cardinal(whole, formAt(text, start, end, whole))}${de}`
      },
    },
  ]
}
