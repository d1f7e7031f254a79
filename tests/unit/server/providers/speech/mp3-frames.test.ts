import { describe, expect, it } from 'vitest'
import { scanMp3 } from '../../../../../server/providers/speech/mp3-frames'
import { speechLikeMp3 } from '../../../../fixtures/speech-like-mp3'

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

describe('scanMp3', () => {
  it.each([[1, 128], [4.5, 128], [4.5, 64], [2, 192]])('tells %f s at %i kbit/s within the encoder\'s padding', async (seconds, kbits) => {
    const scan = scanMp3(await speechLikeMp3(seconds, kbits))
    expect(scan?.complete).toBe(true)
    expect(scan?.duration_s).toBeGreaterThanOrEqual(seconds)
    expect(scan?.duration_s).toBeLessThan(seconds + 0.12)
  })

  it('skips a tag in front and one at the end', async () => {
    const mp3 = await speechLikeMp3(1)
    const id3 = new Uint8Array(10 + 300)
    id3.set([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 2, 44])
    const tag = new Uint8Array(128).fill(32)
    expect(scanMp3(joined(id3, mp3, tag))?.duration_s).toBe(scanMp3(mp3)?.duration_s)
  })

  it('does not count an Info frame', async () => {
    const mp3 = await speechLikeMp3(1)
    const info = mp3.slice(0, 417)
    info.fill(0, 4)
    info.set([...'Info'].map(letter => letter.charCodeAt(0)), 4 + 17)
    expect(scanMp3(joined(info, mp3))?.frames).toBe(scanMp3(mp3)?.frames)
  })

  it('tells half a file from a whole one', async () => {
    const mp3 = await speechLikeMp3(4)
    const half = scanMp3(mp3.subarray(0, mp3.length / 2 + 7))
    expect(half?.complete).toBe(false)
    expect(half?.duration_s).toBeCloseTo(2, 0)
  })

  it.each([
    ['nothing', new Uint8Array()],
    ['a page', new TextEncoder().encode('<html><body>Bad gateway</body></html>'.repeat(100))],
    ['noise', Uint8Array.from({ length: 50_000 }, (_, i) => Math.imul(i + 7, 2_654_435_761) >>> 13)],
    ['bytes full of sync marks', new Uint8Array(5_000).fill(0xFF)],
    ['only a tag', Uint8Array.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0])],
  ])('takes %s for no mp3', (_, bytes) => {
    expect(scanMp3(bytes)).toBeNull()
  })
})
