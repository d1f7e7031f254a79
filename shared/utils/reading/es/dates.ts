import { type Day, dayOf, exists } from '../calendar'
import { endsSentence, sticky, wordBefore } from '../figures'
import type { Region, Rule, Spot } from '../types'
import { cardinal } from './cardinal'

const MONTHS = ['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre']
const MONTH = `(?:${MONTHS.join('|')}|setiembre)`
const SHORT_MONTH = '(ene|feb|mar|abr|may|jun|jul|ago|sept|sep|set|oct|nov|dic)'
const SHORT_INDEX: Record<string, number> = { ene: 1, feb: 2, mar: 3, abr: 4, may: 5, jun: 6, jul: 7, ago: 8, sept: 9, sep: 9, set: 9, oct: 10, nov: 11, dic: 12 }
const DAYS: Record<string, string> = { l: 'lunes', m: 'martes', x: 'miércoles', j: 'jueves', v: 'viernes', s: 'sábado', d: 'domingo' }
const SHORT_DAYS: Record<string, string> = { lun: 'lunes', mar: 'martes', mié: 'miércoles', mie: 'miércoles', jue: 'jueves', vie: 'viernes', sáb: 'sábado', sab: 'sábado', dom: 'domingo' }
const SHORT_DAY = `(${Object.keys(SHORT_DAYS).join('|')})`

/** Dates and days of the week. */
export function dateRules(region: Region): Rule[] {
  return [
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky('(\\d{4})-(\\d{2})-(\\d{2})(?![\\p{L}\\p{N}]|-\\d)'),
      read: ([, year, month, day]) => exists(Number(day), Number(month)) ? say({ day: Number(day), month: Number(month), year }, region) : null,
    },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky('(\\d{1,2})([/.-])(\\d{1,2})\\2(\\d{4}|\\d{2})(?![\\p{L}\\p{N}]|[/.:,-]\\d)'),
      read: ([, first, , second, year]) => sayIf(dayOf(first!, second!, year, region), region),
    },
    { kind: 'code', starts: ['digit'], pattern: sticky('24/7(?![\\p{L}\\p{N}/])'), read: () => 'veinticuatro siete' },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky('(\\d{1,2})/(\\d{1,2})(?![\\p{L}\\p{N}/]|[.:,]\\d|\\s?(?:kg|g|gr|l|lt|ml|m|cm)(?![\\p{L}\\p{N}]))'),
      read: ([, first, second], spot) => looksLikeFraction(Number(first), Number(second), spot) ? null : sayIf(dayOf(first!, second!, undefined, region), region),
    },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky(`(1|1[º°]|1\\.º|1ero|1ro) de (?=${MONTH}(?!\\p{L}))`, 'i'),
      read: ([, written]) => `${written === '1' ? dayWord(1, region) : 'primero'} de `,
    },
    {
      kind: 'date', starts: ['digit'],
      pattern: sticky(`(\\d{1,2})(?: de |[ -]|)${SHORT_MONTH}(?!\\p{L})(\\.(?!\\p{L}))?`, 'i'),
      read: ([, day, month, stop], { text, end }) => exists(Number(day), SHORT_INDEX[month!.toLowerCase()]!)
        ? `${say({ day: Number(day), month: SHORT_INDEX[month!.toLowerCase()]! }, region)}${stop && endsSentence(text, end) ? '.' : ''}`
        : null,
    },
    {
      kind: 'date', starts: ['letter'],
      pattern: sticky('([LMXJVSD]) ?[-–—] ?([LMXJVSD])(?![\\p{L}\\p{N}_]|[-–.]\\p{L}|[-–]\\d)'),
      read: ([, from, to]) => from === to ? null : `${DAYS[from!.toLowerCase()]} a ${DAYS[to!.toLowerCase()]}`,
    },
    {
      kind: 'date', starts: ['letter'],
      pattern: sticky('([LMXJVSD])( a | y )([LMXJVSD])(?![\\p{L}\\p{N}.\'])'),
      read: ([, from, link, to]) => from === to ? null : `${DAYS[from!.toLowerCase()]}${link}${DAYS[to!.toLowerCase()]}`,
    },
    {
      // "S de 10 a 14 h", "D: 11-15 h"
      kind: 'date', starts: ['letter'],
      pattern: sticky('([LMXJVSD])(?=:? (?:de )?\\d{1,2}(?::\\d\\d)?(?: a | ?[-–] ?)\\d)'),
      read: ([, day], { text, start }) => /[;,.:(\s]|^$/.test(text[start - 1] ?? '') ? DAYS[day!.toLowerCase()]! : null,
    },
    {
      kind: 'date', starts: ['letter'],
      pattern: sticky(`${SHORT_DAY}\\.?( ?[-–—] ?| a | y )${SHORT_DAY}(?!\\p{L})(\\.(?!\\p{L}))?`, 'i'),
      read: ([, from, link, to, stop], { text, end }) =>
        `${SHORT_DAYS[from!.toLowerCase()]} ${/y/i.test(link!) ? 'y' : 'a'} ${SHORT_DAYS[to!.toLowerCase()]}${stop && endsSentence(text, end) ? '.' : ''}`,
    },
    {
      kind: 'date', starts: ['letter'],
      pattern: sticky('(lunes|martes|miércoles|jueves|viernes|sábado|domingo)[-–—](?=(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)(?!\\p{L}))', 'i'),
      read: ([, from]) => `${from} a `,
    },
  ]
}

/** 1/2 is a half, unless words before it speak of days. */
function looksLikeFraction(first: number, second: number, { text, start }: Spot): boolean {
  if (!((first === 1 && [2, 3, 4, 8].includes(second)) || (second === 3 && first === 2) || (second === 4 && first === 3))) return false
  return !/^(?:el|del|al|día|hasta|desde|lunes|martes|miércoles|jueves|viernes|sábado|domingo|fecha)$/.test(wordBefore(text, start))
}

function sayIf(day: Day | null, region: Region): string | null {
  return day && say(day, region)
}

function say({ day, month, year }: Day, region: Region): string {
  return `${dayWord(day, region)} de ${MONTHS[month - 1]}${year ? ` de ${cardinal(year)}` : ''}`
}

function dayWord(day: number, region: Region): string {
  return day === 1 && region.place !== 'ES' ? 'primero' : cardinal(String(day))
}
