import jsQR from 'jsqr'
import { describe, expect, it } from 'vitest'
import { qrCode } from '../../../../player/view/qr'
import { encodeQr } from '../../../../player/view/qr-code'

/** Paints a code as a screen does, so that a reader which has nothing of ours can look at it. */
function read(modules: boolean[][], flip: (x: number, y: number) => boolean = () => false) {
  const scale = 4
  const border = 4
  const side = (modules.length + 2 * border) * scale
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let py = 0; py < side; py++) {
    for (let px = 0; px < side; px++) {
      const x = Math.floor(px / scale) - border
      const y = Math.floor(py / scale) - border
      const dark = modules[y]?.[x]
      if (dark !== undefined && dark !== flip(x, y)) pixels.fill(0, (py * side + px) * 4, (py * side + px) * 4 + 3)
    }
  }
  return jsQR(pixels, side, side)
}

const address = (length: number) => `https://${'avisos.supermercado-sol.example/'.repeat(4)}`.slice(0, length - 8) + 'ABCD2345'

describe('a QR code', () => {
  it.each([1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106])('of %i characters says what it should', (length) => {
    const text = length < 9 ? 'x'.repeat(length) : address(length)
    expect(read(encodeQr(text)!)?.data).toBe(text)
  })

  it('says it whatever the code is', () => {
    for (let i = 0; i < 60; i++) {
      const text = `http://192.168.1.${i}:3000/players?code=${(i * 7919 + 100_000_000).toString(36).toUpperCase().padStart(8, 'Z')}`
      expect(read(encodeQr(text)!)?.data).toBe(text)
    }
  })

  it.each([
    [14, 21], [15, 25], [26, 25], [27, 29], [62, 33], [63, 37], [84, 37], [85, 41], [106, 41],
  ])('of %i characters is no larger than it has to be', (length, size) => {
    expect(encodeQr(address(length))).toHaveLength(size)
  })

  it('is read with a stain on it, as level M promises', () => {
    const text = address(60)
    // 8 of the 50 codewords of a block may be wrong: here a square in the midst of the data
    expect(read(encodeQr(text)!, (x, y) => x > 14 && x < 20 && y > 12 && y < 18)?.data).toBe(text)
  })

  it('is none for an address that is too long', () => {
    expect(encodeQr(address(107))).toBeNull()
    expect(qrCode(address(107))).toBeNull()
  })

  it('is one path inside a quiet zone', () => {
    const modules = encodeQr('https://mediaflow.example/players?code=ABCD2345')!
    const { size, path } = qrCode('https://mediaflow.example/players?code=ABCD2345')!
    expect(size).toBe(modules.length + 4)
    const dark = [...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${Number(x) - 2},${Number(y) - 2}`)
    expect(dark).toEqual(modules.flatMap((row, y) => row.flatMap((is, x) => is ? `${x},${y}` : [])))
  })
})
