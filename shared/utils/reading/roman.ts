const VALUES: Record<string, number> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 }

/** The value of a roman number that is written as it should be, up to 3999; null for what only looks like one. */
export function romanValue(roman: string): number | null {
  if (!/^M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/.test(roman) || !roman) return null
  let total = 0
  for (let index = 0; index < roman.length; index++) {
    const value = VALUES[roman[index]!]!
    total += value < (VALUES[roman[index + 1] ?? ''] ?? 0) ? -value : value
  }
  return total
}
