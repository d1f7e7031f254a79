import type { Region } from '../types'
import { digitByDigit } from './cardinal'

const NAMES: Record<string, string> = {
  A: 'a', B: 'be', C: 'ce', D: 'de', E: 'e', F: 'efe', G: 'ge', H: 'hache', I: 'i', J: 'jota', K: 'ka', L: 'ele', M: 'eme', N: 'ene', Ñ: 'eñe', O: 'o', P: 'pe',
  Q: 'cu', R: 'erre', S: 'ese', T: 'te', U: 'u', V: 'uve', W: 'uve doble', X: 'equis', Y: 'ye', Z: 'zeta',
}
/** Where b and v sound the same, "ve" alone would be heard as "be". */
const OTHERWISE: Partial<Record<Region['place'], Record<string, string>>> = {
  CL: { V: 've corta', W: 'doble ve' },
  AR: { V: 've corta', W: 'doble ve' },
  419: { V: 've corta', W: 'doble ve' },
  MX: { V: 've chica', W: 'doble u' },
}

/** Letters by their names and digits one by one; groups, where the kind changes or a sign parts them, with a comma between. */
export function spell(code: string, region: Region): string {
  const groups = code.toUpperCase().match(/\p{L}+|\d+/gu) ?? []
  return groups.map(group => /\d/.test(group) ? digitByDigit(group) : [...group].map(letter => letterName(letter, region)).join(' ')).join(', ')
}

function letterName(letter: string, { place }: Region): string {
  return OTHERWISE[place]?.[letter] ?? NAMES[letter] ?? letter
}
