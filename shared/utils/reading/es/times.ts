import { endsSentence, FIGURE_END, sticky, wordBefore } from '../figures'
import type { Rule, Spot } from '../types'
import { cardinal } from './cardinal'

const HOURS = '(?:\\s?(h|hs|hrs|horas)(?![\\p{L}\\p{N}])(\\.(?!\\p{L}))?)'
const HALF_DAY = '\\s?([ap])(?:\\.\\s?m|m)(?![\\p{L}\\p{N}])(\\.)?'

/** Times of day and hours. */
export function timeRules(): Rule[] {
  return [
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky(`(0?\\d|1[0-2])(?:[:.]([0-5]\\d))?${HALF_DAY}`, 'i'),
      read: ([, hour, minute, half, stop], { text, end }) => `${halfDay(Number(hour), Number(minute ?? 0), half!.toLowerCase())}${stop && endsSentence(text, end) ? '.' : ''}`,
    },
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky(`([01]?\\d|2[0-4])[:.h]([0-5]\\d)${HOURS}`, 'i'),
      read: ([, hour, minute, unit, stop], spot) => `${ofDay(Number(hour), Number(minute), true)}${hourStop(unit, stop, spot)}`,
    },
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky('([01]?\\d|2[0-4])[:h]([0-5]\\d)(?![\\p{L}\\p{N}]|[:.,]\\d)'),
      read: ([, hour, minute], spot) => rangeOf(ofDay(Number(hour), Number(minute), false), spot),
    },
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky(`(\\d{1,4})${HOURS}`, 'i'),
      read: ([, count, unit, stop], spot) => `${cardinal(count!, 'feminine')} ${Number(count) === 1 ? 'hora' : 'horas'}${hourStop(unit, stop, spot)}`,
    },
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky('(\\d{1,3})/(?=\\d{1,3}\\s?(?:h|hs|hrs|horas)(?!\\p{L}))', 'i'),
      read: ([, from]) => `${cardinal(from!, 'feminine')} a `,
    },
    {
      kind: 'time', starts: ['digit'],
      // "de 9-14 h" and "9 a 14:30": the first hour has no sign of its own.
      pattern: sticky(`(\\d{1,2})(?=\\s?[-–—]\\s?(?:\\d{1,2}\\s?(?:h|hs|hrs)(?![\\p{L}\\p{N}])|\\d{1,2}[:]\\d{2}))${FIGURE_END.replace('|[-–—·_/]\\p{L}', '')}`, 'i'),
      read: ([, hour], spot) => Number(hour) > 24 ? null : rangeOf(cardinal(hour!, 'feminine'), spot),
    },
  ]
}

/** Where a range of times begins, "de" is said, if it is not there. */
function rangeOf(words: string, { text, start, end }: Spot): string {
  if (!/^\s?[-–—]\s?\d/.test(text.slice(end, end + 4)) || /^(?:de|desde|entre|las|la|a|y)$/.test(wordBefore(text, start))) return words
  return /\d\s?[-–—]\s?$/.test(text.slice(Math.max(0, start - 5), start)) ? words : `de ${words}`
}

function hourStop(unit: string | undefined, stop: string | undefined, { text, end }: Spot): string {
  return stop && (unit === 'horas' || endsSentence(text, end)) ? '.' : ''
}

function halfDay(hour: number, minute: number, half: string): string {
  const time = `${cardinal(String(hour), 'feminine')}${minutes(minute, true)}`
  if (hour === 12) return `${time} ${half === 'p' ? 'del mediodía' : 'de la noche'}`
  if (half === 'a') return `${time} ${hour < 6 ? 'de la madrugada' : 'de la mañana'}`
  return `${time} ${hour < 8 ? 'de la tarde' : 'de la noche'}`
}

/** Up to twelve as people say it (nueve y media), after that as the clock says it (dieciocho treinta). */
function ofDay(hour: number, minute: number, hours: boolean): string {
  if (hour === 0 && minute === 0) return 'doce de la noche'
  const words = cardinal(String(hour), 'feminine')
  if (minute === 0) return hours || hour > 12 ? `${words} ${hour === 1 ? 'hora' : 'horas'}` : words
  return `${words}${minutes(minute, hour > 0 && hour <= 12)}`
}

function minutes(minute: number, spoken: boolean): string {
  if (!minute) return ''
  if (!spoken) return ` ${minute < 10 ? 'cero ' : ''}${cardinal(String(minute))}`
  if (minute === 15) return ' y cuarto'
  if (minute === 30) return ' y media'
  return minute < 30 ? ` y ${cardinal(String(minute))}` : ` ${cardinal(String(minute))}`
}
