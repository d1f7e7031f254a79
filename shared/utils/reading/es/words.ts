import { endsSentence, sticky, withStop, wordBefore } from '../figures'
import { romanValue } from '../roman'
import type { Rule } from '../types'
import { cardinal } from './cardinal'
import { ordinal } from './ordinal'

/** Before a name: their stop never ends the sentence. */
const TITLES: Record<string, string> = {
  sr: 'señor', sra: 'señora', sres: 'señores', sras: 'señoras', srta: 'señorita', srtas: 'señoritas', dr: 'doctor', dra: 'doctora', dres: 'doctores',
  prof: 'profesor', profa: 'profesora', lic: 'licenciado', ing: 'ingeniero', arq: 'arquitecto', dña: 'doña', sto: 'santo', sta: 'santa',
  avda: 'avenida', avd: 'avenida', av: 'avenida', pza: 'plaza', plza: 'plaza', ctra: 'carretera', pje: 'pasaje', blvd: 'bulevar', gral: 'general',
}
/** With their stop; it stays where the sentence ends too. */
const WORDS: Record<string, string> = {
  etc: 'etcétera', dto: 'descuento', dcto: 'descuento', dscto: 'descuento', dtos: 'descuentos', ud: 'unidad', uds: 'unidades', unid: 'unidades', pza: 'pieza', pzas: 'piezas',
  máx: 'máximo', mín: 'mínimo', max: 'máximo', tel: 'teléfono', telf: 'teléfono', tfno: 'teléfono', tlf: 'teléfono', aprox: 'aproximadamente',
  pág: 'página', pag: 'página', págs: 'páginas', núm: 'número', num: 'número', núms: 'números', dpto: 'departamento', depto: 'departamento', dep: 'departamento',
  izq: 'izquierda', izda: 'izquierda', dcha: 'derecha', der: 'derecha', cía: 'compañía', ref: 'referencia', incl: 'incluido', art: 'artículo', cap: 'capítulo', vol: 'volumen', ed: 'edición',
  hrs: 'horas', mins: 'minutos', segs: 'segundos', admón: 'administración', atte: 'atentamente', vs: 'versus', vda: 'viuda', hnos: 'hermanos', hno: 'hermano',
  urb: 'urbanización', edif: 'edificio', prov: 'provincia', apdo: 'apartado', edo: 'estado', km: 'kilómetro', adj: 'adjunto', fdo: 'firmado', pdta: 'presidenta',
}
const NO_STOP: Record<string, string> = { máx: 'máximo', mín: 'mínimo', dto: 'descuento', dcto: 'descuento', avda: 'avenida', uds: 'unidades', núm: 'número', pág: 'página', tfno: 'teléfono', aprox: 'aproximadamente' }
const ALL = [...new Set([...Object.keys(TITLES), ...Object.keys(WORDS)])].sort((a, b) => b.length - a.length).join('|')

const NUMBERED = /^(?:siglo|siglos|capítulo|tomo|volumen|fase|parte|acto|sector|zona|nivel|tipo|mundial|copa|edición|región|distrito|bloque|título|escena)$/
const ORDINAL_NAMES = /^(?:felipe|alfonso|carlos|juan|fernando|isabel|luis|enrique|pedro|jaime|sancho|ramiro|pablo|francisco|benedicto|pío|león|gregorio|clemente|inocencio|jorge|eduardo|guillermo|ricardo|napoleón|nicolás|alejandro|catalina|maría|margarita|balduino|alberto|leopoldo|federico|ramsés|urbano|sixto|julio)$/

/** Abbreviations, roman numbers and signs between words. */
export function wordRules(): Rule[] {
  const at = (written: string, stop: boolean, text: string, start: number, end: number): string | null => {
    const name = written.toLowerCase()
    const next = /^ ?([\p{L}\d])/u.exec(text.slice(end, end + 2))?.[1] ?? ''
    const title = TITLES[name]
    const named = /\p{Lu}|\d/u.test(next)
    if (stop && title && (named || !WORDS[name])) return titled(title, written)
    if (!stop) return NO_STOP[name] ?? (name === 'avda' ? 'avenida' : null)
    // "Ud." with a capital, before a verb, is a person.
    if (/^Uds?$/.test(written) && !/\d $/.test(text.slice(Math.max(0, start - 2), start)) && !/^(?:por|cada|la|las)$/.test(wordBefore(text, start))) return `${written === 'Ud' ? 'usted' : 'ustedes'}${endsSentence(text, end) ? '.' : ''}`
    const word = WORDS[name]
    return word ? `${titled(word, written)}${endsSentence(text, end) ? '.' : ''}` : null
  }
  return [
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('p\\. ?ej\\.', 'i'), read: ([written]) => /^P/.test(written) ? 'Por ejemplo' : 'por ejemplo' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('C/ ?(?=\\p{Lu})'), read: () => 'calle ' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('P\\.?º ?(?=\\p{Lu})'), read: () => 'paseo ' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('D\\.ª ?(?=\\p{Lu})|Dª\\.? ?(?=\\p{Lu})'), read: () => 'doña ' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('D\\. (?=\\p{Lu}\\p{Ll})'), read: () => 'don ' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('s/n(?![\\p{L}\\p{N}])', 'i'), read: () => 'sin número' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('c/u(?![\\p{L}\\p{N}])\\.?(?!\\p{L})', 'i'), read: ([written], { text, end }) => `cada uno${written.endsWith('.') && endsSentence(text, end) ? '.' : ''}` },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('n(?:\\.\\s?[º°]|[º°]\\.?)s?(?:\\s?(?=\\d|\\p{L})|(?![\\p{L}\\d]))', 'i'), read: ([written], { text, end }) => `${/^N/.test(written) ? 'Número' : 'número'}${/^[\p{L}\d]/u.test(text.slice(end, end + 2)) ? ' ' : ''}` },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('N[oO]\\. ?(?=\\d)'), read: () => 'número ' },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('M\\.N\\.'), read: ([written], spot) => withStop('moneda nacional', written, spot) },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('EE\\. ?UU\\.?'), read: ([written], { text, end }) => `Estados Unidos${written.endsWith('.') && endsSentence(text, end) ? '.' : ''}` },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('S\\. ?A\\.(?: de C\\. ?V\\.)?(?![\\p{L}])'), read: ([written], { text, end }) => `ese a${/C/.test(written) ? ' de ce uve' : ''}${endsSentence(text, end) ? '.' : ''}` },
    { kind: 'abbreviation', starts: ['letter'], pattern: sticky('S\\. ?L\\.(?![\\p{L}])'), read: (_, { text, end }) => `ese ele${endsSentence(text, end) ? '.' : ''}` },
    {
      // Initials with stops are one acronym: I.V.A., D.N.I.
      kind: 'abbreviation', starts: ['letter'],
      pattern: sticky('\\p{Lu}\\.(?:\\p{Lu}\\.){1,5}(?![\\p{L}\\p{N}])'),
      read: ([written], { text, end }) => `${written.replace(/\./g, '')}${endsSentence(text, end) ? '.' : ''}`,
    },
    {
      kind: 'abbreviation', starts: ['letter'],
      pattern: sticky(`(${ALL})(\\.?)(?![\\p{L}\\p{N}\\p{M}_@/]|-\\p{L}|\\.\\p{L})`, 'i'),
      read: ([, written, stop], { text, start, end }) => at(written!, stop === '.', text, start, end),
    },
    {
      kind: 'roman', starts: ['letter'],
      pattern: sticky('[IVXLCM]{1,8}(?![\\p{L}\\p{N}_]|[-.·/]\\p{L})'),
      read: ([roman], { text, start }) => {
        const value = romanValue(roman)
        const before = wordBefore(text, start)
        const capital = /\p{Lu}[\p{L}]* $/u.test(text.slice(Math.max(0, start - 20), start))
        if (!value || text[start - 1] !== ' ') return null
        if (NUMBERED.test(before)) return cardinal(String(value))
        if (!capital || !ORDINAL_NAMES.test(before)) return null
        const feminine = /a$|^isabel$/.test(before)
        return value <= 10 ? ordinal(value, feminine ? 'feminine' : 'masculine') : cardinal(String(value))
      },
    },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('&(?= )'), read: (_, { text, start, end }) => text[start - 1] === ' ' ? (/^ h?i(?!e)/i.test(text.slice(end, end + 3)) ? 'e' : 'y') : null },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('# ?(?=\\d)'), read: () => 'número ' },
    { kind: 'symbol', starts: ['symbol'], pattern: sticky('\\+(?= [\\p{L}\\p{N}])'), read: (_, { text, start }) => text[start - 1] === ' ' ? 'más' : null },
  ]
}

function titled(word: string, written: string): string {
  return /^\p{Lu}/u.test(written) && !/^(?:señora?s?|señorita|señoritas|doctora?|doctores|don|doña|profesora?|licenciado|ingeniero|arquitecto|avenida|plaza|carretera|general)$/.test(word) ? word[0]!.toUpperCase() + word.slice(1) : word
}
