import { PAIRING_ALPHABET, PAIRING_CODE_LENGTH } from '../schemas/player'

/**
 * A pairing code as it stands on the television, `XXXX-XXXX`, from what a person has typed so far: any case, spaces and
 * dashes; characters that no code has are dropped.
 */
export function formatPairingCode(typed: string): string {
  const half = PAIRING_CODE_LENGTH / 2
  const code = [...typed.toUpperCase()].filter(c => PAIRING_ALPHABET.includes(c)).slice(0, PAIRING_CODE_LENGTH).join('')
  return code.length > half ? `${code.slice(0, half)}-${code.slice(half)}` : code
}
