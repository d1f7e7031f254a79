const UNITS = ['', 'primero', 'segundo', 'tercero', 'cuarto', 'quinto', 'sexto', 'séptimo', 'octavo', 'noveno', 'décimo', 'undécimo', 'duodécimo']
const TENS = ['', 'décimo', 'vigésimo', 'trigésimo', 'cuadragésimo', 'quincuagésimo', 'sexagésimo', 'septuagésimo', 'octogésimo', 'nonagésimo']

export type OrdinalForm = 'masculine' | 'feminine' | 'short'

/** An ordinal from 1 to 100 in Spanish; null for others, which nobody says. `short`: primer, tercer. */
export function ordinal(value: number, form: OrdinalForm = 'masculine'): string | null {
  const word = base(value)
  if (!word) return null
  if (form === 'feminine') return word.split(' ').map(part => part.replace(/o$/, 'a')).join(' ')
  return form === 'short' ? word.replace(/(prime|terce)ro$/, '$1r') : word
}

function base(value: number): string | null {
  if (value === 100) return 'centésimo'
  if (!Number.isInteger(value) || value < 1 || value > 99) return null
  if (value <= 12) return UNITS[value]!
  if (value < 20) return `decimo${UNITS[value - 10]}`.replace('oo', 'o')
  return [TENS[Math.floor(value / 10)], UNITS[value % 10]].filter(Boolean).join(' ')
}
