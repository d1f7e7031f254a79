const UNDER_20 = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen',
  'sixteen', 'seventeen', 'eighteen', 'nineteen']
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const SCALES = ['', 'thousand', 'million', 'billion', 'trillion', 'quadrillion']
const ORDINALS: Record<string, string> = { one: 'first', two: 'second', three: 'third', five: 'fifth', eight: 'eighth', nine: 'ninth', twelve: 'twelfth' }

/**
 * A whole number in English words, by the short scale.
 * @param digits up to 18 of them; more are read one by one
 * @param and British "one hundred and five"; American has no "and"
 */
export function cardinal(digits: string, and = false): string {
  const clean = digits.replace(/^0+(?=\d)/, '')
  if (clean.length > 18) return digitByDigit(digits)
  const parts: string[] = []
  const groups = Math.ceil(clean.length / 3)
  for (let scale = groups - 1; scale >= 0; scale--) {
    const value = Number(clean.slice(Math.max(0, clean.length - (scale + 1) * 3), clean.length - scale * 3))
    if (!value) continue
    const link = and && !scale && value < 100 && parts.length ? 'and ' : ''
    parts.push(`${link}${underThousand(value, and)}${scale ? ` ${SCALES[scale]}` : ''}`)
  }
  return parts.join(' ') || 'zero'
}

/** Each digit for itself. */
export function digitByDigit(digits: string): string {
  return [...digits].map(digit => UNDER_20[Number(digit)]).join(' ')
}

/** 21 → twenty-first. */
export function ordinal(digits: string, and = false): string {
  return cardinal(digits, and).replace(/[a-z]+$/, last => ORDINALS[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`))
}

/** 1999 → nineteen ninety-nine, 2005 → two thousand five, 2026 → twenty twenty-six. */
export function year(digits: string, and = false): string {
  const [century, rest] = [digits.slice(0, 2), digits.slice(2)]
  if (digits.length !== 4 || digits.startsWith('0') || (digits[1] === '0' && Number(rest) < 10)) return cardinal(digits, and)
  if (rest === '00') return `${cardinal(century)} hundred`
  return `${cardinal(century)} ${rest.startsWith('0') ? 'oh ' : ''}${cardinal(rest)}`
}

function underThousand(value: number, and: boolean): string {
  const rest = value % 100
  const tens = rest < 20 ? UNDER_20[rest] : rest % 10 ? `${TENS[Math.floor(rest / 10)]}-${UNDER_20[rest % 10]}` : TENS[rest / 10]
  if (value < 100) return tens!
  return `${UNDER_20[Math.floor(value / 100)]} hundred${rest ? ` ${and ? 'and ' : ''}${tens}` : ''}`
}
