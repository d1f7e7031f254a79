import { type Day, dayOf, exists } from '../calendar'
import { endsSentence, FIGURE_END, sticky, wordBefore } from '../figures'
import type { Region, Rule, Spot } from '../types'
import { cardinal, ordinal, year } from './cardinal'

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const SHORT = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(${[...MONTHS, ...SHORT].join('|')})(\\.)?`
const DAYS: Record<string, string> = { mon: 'Monday', tue: 'Tuesday', tues: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', thur: 'Thursday', thurs: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' }
const DAY = '(Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)'

/** Dates, years, days of the week and times of day. */
export function dateRules(region: Region): Rule[] {
  const and = region.place === 'GB'
  const monthName = (written: string) => MONTHS.find(month => month.toLowerCase().startsWith(written.slice(0, 3).toLowerCase()))!
  const say = ({ day, month, year: inYear }: Day, { text, start }: Spot) => {
    const name = MONTHS[month - 1]!
    const tail = inYear ? ` ${year(inYear, and)}` : ''
    if (region.month_first) return `${name} ${ordinal(String(day))}${tail && `,${tail}`}`
    return `${wordBefore(text, start) === 'the' ? '' : 'the '}${ordinal(String(day))} of ${name}${tail}`
  }
  return [
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky('(\\d{4})-(\\d{2})-(\\d{2})(?![\\p{L}\\p{N}]|-\\d)'),
      read: ([, inYear, month, day], spot) => exists(Number(day), Number(month)) ? say({ day: Number(day), month: Number(month), year: inYear }, spot) : null,
    },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky('(\\d{1,2})([/.-])(\\d{1,2})\\2(\\d{4}|\\d{2})(?![\\p{L}\\p{N}]|[/.:,-]\\d)'),
      read: ([, first, , second, inYear], spot) => {
        const day = dayOf(first!, second!, inYear, region)
        return day && say(day, spot)
      },
    },
    { kind: 'code', starts: ['digit'], pattern: sticky('24/7(?![\\p{L}\\p{N}/])'), read: () => 'twenty-four seven' },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky('(\\d{1,2})/(\\d{1,2})(?![\\p{L}\\p{N}/]|[.:,]\\d|\\s?(?:kg|g|l|ml|m|cm|lb|lbs|oz|in)(?![\\p{L}\\p{N}]))'),
      read: ([, first, second], spot) => {
        const day = isFraction(Number(first), Number(second), spot) ? null : dayOf(first!, second!, undefined, region)
        return day && say(day, spot)
      },
    },
    {
      // December 24, Dec. 24th, 2026
      kind: 'date', starts: ['letter'],
      pattern: sticky(`${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4})(?![\\p{L}\\p{N}]|[.:,/-]\\d))?(?![\\p{L}\\p{N}]|[:/]\\d|[.,]\\d)`, 'i'),
      read: ([written, month, , day, inYear]) => {
        const name = monthName(month!)
        if (!/^\p{Lu}/u.test(written) || !exists(Number(day), MONTHS.indexOf(name) + 1)) return null
        return region.month_first ? `${name} ${ordinal(day!)}${inYear ? `, ${year(inYear)}` : ''}` : `${name} the ${ordinal(day!)}${inYear ? `, ${year(inYear, and)}` : ''}`
      },
    },
    {
      // 24 December 2026, 24th Dec
      kind: 'date', starts: ['digit'],
      pattern: sticky(`(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? (\\d{4})(?![\\p{L}\\p{N}]|[.:,/-]\\d))?(?![\\p{L}\\p{N}])`, 'i'),
      read: ([written, day, month, stop, inYear], spot) => {
        if (month!.toLowerCase() === 'may' && !/M/.test(written)) return null
        const found = { day: Number(day), month: MONTHS.indexOf(monthName(month!)) + 1, year: inYear }
        if (!exists(found.day, found.month)) return null
        const words = region.month_first ? `${wordBefore(spot.text, spot.start) === 'the' ? '' : 'the '}${ordinal(day!)} of ${MONTHS[found.month - 1]}${inYear ? ` ${year(inYear)}` : ''}` : say(found, spot)
        return `${words}${stop && !inYear && endsSentence(spot.text, spot.end) ? '.' : ''}`
      },
    },
    {
      kind: 'date', starts: ['letter'],
      pattern: sticky(`${DAY}\\.?(?: ?[-–—] ?| to )${DAY}(?![\\p{L}\\p{N}])(\\.(?!\\p{L}))?`, 'i'),
      read: ([, from, to, stop], { text, end }) => `${DAYS[from!.toLowerCase()]} to ${DAYS[to!.toLowerCase()]}${stop && endsSentence(text, end) ? '.' : ''}`,
    },
    {
      kind: 'date', starts: ['letter'],
      pattern: sticky(`${DAY}\\.?(?=,? \\d{1,2}(?::\\d\\d)?(?:\\s?[ap]\\.?m|\\s?[-–]))`),
      read: ([, day]) => DAYS[day!.toLowerCase()]!,
    },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky(`(1[89]\\d\\d|20\\d\\d)${FIGURE_END}(?![-–]\\d|\\s?[%€$£])`),
      read: ([, digits], { text, start, end }) => /^(?:in|since|of|year|until|from|by|for|copyright|january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter|christmas|collection)$/.test(wordBefore(text, start)) && !/^ (?:people|items|\p{Ll}+s\b)/u.test(text.slice(end, end + 24)) ? year(digits!, and) : null,
    },
    {
      // 2025-2026: two years, not two amounts.
      kind: 'date', starts: ['digit'],
      pattern: sticky('(1[89]\\d\\d|20\\d\\d)[-–—](1[89]\\d\\d|20\\d\\d)(?![\\p{L}\\p{N}]|[-–.:,/]\\d)'),
      read: ([, from, to]) => `${year(from!, and)} to ${year(to!, and)}`,
    },
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky('(0?\\d|1[0-2])(?:[:.]([0-5]\\d))?\\s?([ap])(?:\\.\\s?m|m)(?![\\p{L}\\p{N}])(\\.)?', 'i'),
      read: ([, hour, minute, half, stop], { text, end }) => `${clock(Number(hour), Number(minute ?? 0), 'half')} ${half!.toUpperCase()}M${stop && endsSentence(text, end) ? '.' : ''}`,
    },
    {
      kind: 'time', starts: ['digit'],
      pattern: sticky('([01]?\\d|2[0-4]):([0-5]\\d)(?:\\s?(h|hrs|hours)(?!\\p{L}))?(?![\\p{L}\\p{N}]|[:.,]\\d)', 'i'),
      read: ([, hour, minute]) => clock(Number(hour), Number(minute), 'day'),
    },
    {
      // "9-5pm": the first hour shares the half of the day.
      kind: 'time', starts: ['digit'],
      pattern: sticky('(0?\\d|1[0-2])(?=\\s?[-–—]\\s?(?:0?\\d|1[0-2])(?::[0-5]\\d)?\\s?[ap](?:\\.\\s?m|m)(?!\\p{L}))', 'i'),
      read: ([, hour]) => cardinal(hour!),
    },
  ]
}

/** 1/2 is a half, unless it is "on" that day. */
function isFraction(first: number, second: number, { text, start }: Spot): boolean {
  if (!((first === 1 && [2, 3, 4, 8].includes(second)) || (second === 3 && first === 2) || (second === 4 && first === 3))) return false
  return !/^(?:on|until|till|from|by|since|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/.test(wordBefore(text, start))
}

function clock(hour: number, minute: number, style: 'half' | 'day'): string {
  const words = cardinal(String(hour))
  if (minute) return `${words} ${minute < 10 ? 'oh ' : ''}${cardinal(String(minute))}`
  if (style === 'half') return words
  if (hour === 0 || hour === 24) return 'midnight'
  return hour <= 12 ? `${words} o'clock` : `${words} hundred`
}
