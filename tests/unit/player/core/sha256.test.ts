import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ownSha256, sha256 } from '../../../../player/core/sha256'

const copy = (bytes: Uint8Array) => new Uint8Array(bytes).buffer
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
afterEach(() => vi.unstubAllGlobals())

describe('the player\'s own SHA-256', () => {
  it.each([0, 1, 55, 56, 57, 63, 64, 65, 1_000, 300_000])('of %i bytes is that of everybody', async (length) => {
    const bytes = randomBytes(length)
    expect(await ownSha256(copy(bytes))).toBe(expected(bytes))
  })

  it('is used where the browser has none, as over plain http', async () => {
    const bytes = randomBytes(100)
    expect(await sha256(copy(bytes))).toBe(expected(bytes))
    vi.stubGlobal('crypto', {})
    expect(await sha256(copy(bytes))).toBe(expected(bytes))
  })
})
