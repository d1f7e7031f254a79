import jsQR from 'jsqr'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { pairingQr, type QrPath } from '../../../../../server/services/player/pairing-qr'

const settings = vi.hoisted(() => ({ APP_URL: undefined as string | undefined }))
vi.mock('../../../../../server/services/settings/env', () => ({ useSettings: () => settings }))

/** Paints the path as a screen does, so that a reader which has nothing of ours can look at it. */
function read({ size, path }: QrPath): string | undefined {
  const scale = 4
  const side = size * scale
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let row = 0; row < scale; row++) {
      const at = ((Number(y) * scale + row) * side + Number(x) * scale) * 4
      for (let i = 0; i < scale * 4; i++) pixels[at + i] = i % 4 === 3 ? 255 : 0
    }
  }
  return jsQR(pixels, side, side)?.data
}

afterEach(() => {
  settings.APP_URL = undefined
})

describe('the QR code of a pairing', () => {
  it.each(['http://192.168.1.20:3000', 'https://avisos.example', `https://${'avisos.supermercado-sol.example'.repeat(4)}`])('opens the form under %s', (origin) => {
    expect(read(pairingQr('ABCD2345', origin))).toBe(`${origin}/players?code=ABCD2345`)
  })

  it('leads to the public address where one is set', () => {
    settings.APP_URL = 'https://public.example'
    expect(read(pairingQr('ABCD2345', 'http://10.0.0.7:3000'))).toBe('https://public.example/players?code=ABCD2345')
  })
})
