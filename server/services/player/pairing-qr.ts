import { encode } from 'uqr'
import { useSettings } from '../settings/env'

/** Quiet zone in modules: on the white card of the player's screen two are enough. */
const BORDER = 2

/** A QR code as one SVG path in a square of `size` modules: crisp at every size, and one element for the television to paint. */
export interface QrPath { size: number, path: string }

/**
 * The QR code of a pairing code: it opens the dashboard at the form, with the code filled in.
 * @param seenFrom the origin under which the television sees this server; a public address that was set goes before it
 */
export function pairingQr(code: string, seenFrom: string): QrPath {
  const { size, data } = encode(`${useSettings().APP_URL || seenFrom}/players?code=${code}`, { ecc: 'M', border: BORDER })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])).join('')
  return { size, path }
}
