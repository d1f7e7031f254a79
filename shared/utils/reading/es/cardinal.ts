/** `alone`: veintiuno; `masculine`, before a noun: veintiún; `feminine`: veintiuna. */
export type Form = 'alone' | 'masculine' | 'feminine'

const UNDER_30 = ['cero', 'uno', 'dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez', 'once', 'doce', 'trece', 'catorce', 'quince',
  'dieciséis', 'diecisiete', 'dieciocho', 'diecinueve', 'veinte', 'veintiuno', 'veintidós', 'veintitrés', 'veinticuatro', 'veinticinco', 'veintiséis',
  'veintisiete', 'veintiocho', 'veintinueve']
const TENS = ['', '', '', 'treinta', 'cuarenta', 'cincuenta', 'sesenta', 'setenta', 'ochenta', 'noventa']
const HUNDREDS = ['', 'ciento', 'doscientos', 'trescientos', 'cuatrocientos', 'quinientos', 'seiscientos', 'setecientos', 'ochocientos', 'novecientos']
const SCALES = [['', ''], ['millón', 'millones'], ['billón', 'billones']] as const

/**
 * A whole number in Spanish words, by the long scale.
 * @param digits up to 18 of them; more are read one by one
 */
export function cardinal(digits: string, form: Form = 'alone'): string {
  const clean = digits.replace(/^0+(?=\d)/, '')
  if (clean.length > 18) return digitByDigit(digits)
  const parts: string[] = []
  const groups = Math.ceil(clean.length / 6)
  for (let scale = groups - 1; scale >= 0; scale--) {
    const value = Number(clean.slice(Math.max(0, clean.length - (scale + 1) * 6), clean.length - scale * 6))
    if (!value) continue
    parts.push(underMillion(value, scale ? 'masculine' : form))
    if (scale) parts.push(SCALES[scale]![value === 1 ? 0 : 1])
  }
  return parts.join(' ') || 'cero'
}

/** Each digit for itself. */
export function digitByDigit(digits: string): string {
  return [...digits].map(digit => UNDER_30[Number(digit)]).join(' ')
}

/** Whether "de" stands between this number and what it counts: un millón de euros. */
export function takesDe(digits: string): boolean {
  return digits.length > 6 && /0{6}$/.test(digits)
}

function underMillion(value: number, form: Form): string {
  const thousands = Math.floor(value / 1000)
  const rest = value % 1000
  return [
    // "mil", never "un mil"; of the thousands only the hundreds agree: doscientas mil tiendas, veintiún mil tiendas.
    thousands === 1 ? 'mil' : thousands ? `${underThousand(thousands, 'masculine', form === 'feminine')} mil` : '',
    rest ? underThousand(rest, form, form === 'feminine') : '',
  ].filter(Boolean).join(' ')
}

function underThousand(value: number, form: Form, feminineHundreds: boolean): string {
  if (value === 100) return 'cien'
  const hundreds = HUNDREDS[Math.floor(value / 100)]!
  const rest = value % 100
  return [feminineHundreds ? hundreds.replace('ientos', 'ientas') : hundreds, rest ? underHundred(rest, form) : ''].filter(Boolean).join(' ')
}

function underHundred(value: number, form: Form): string {
  if (value % 10 === 1 && value !== 11) {
    const one = form === 'feminine' ? 'una' : form === 'masculine' ? 'un' : 'uno'
    if (value === 1) return one
    if (value === 21) return form === 'masculine' ? 'veintiún' : `veinti${one}`
    return `${TENS[Math.floor(value / 10)]} y ${one}`
  }
  if (value < 30) return UNDER_30[value]!
  return value % 10 ? `${TENS[Math.floor(value / 10)]} y ${UNDER_30[value % 10]}` : TENS[value / 10]!
}
