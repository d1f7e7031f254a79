import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFiles } from '../../../../player/core/files'
import type { PlayerStandIn } from '../../../fixtures/player-stand-in'
import { startPlayerStandIn } from '../../../fixtures/player-stand-in'

const SOUND = new Uint8Array(5_000).fill(7)
let server: PlayerStandIn
let unpaired: number
let token: string
const files = () => createFiles({ origin: server.url, token: () => token, onUnpaired: () => unpaired++, limits: { give_up_ms: 2_000 } })

beforeEach(async () => {
  server = await startPlayerStandIn()
  token = server.token
  unpaired = 0
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await server.stop()
})
const contents = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer())

describe('a sound', () => {
  it('is fetched with the player\'s token, once, and played from memory', async () => {
    const item = server.item(SOUND)
    const store = files()
    const fetched = vi.spyOn(globalThis, 'fetch')
    store.prepare(item)
    const [first, second] = await Promise.all([store.load(item), store.load(item)])
    expect(first).toBe(second)
    expect(fetched).toHaveBeenCalledTimes(1)
    fetched.mockRestore()
    expect(first.url).toMatch(/^blob:/)
    expect(await contents(first.url)).toEqual(SOUND)
    store.release(item)
    await vi.waitFor(() => expect(contents(first.url)).rejects.toThrow())
  })

  it('is tried again when the first answer is not it', async () => {
    const item = server.item(SOUND)
    token = 'wrong'
    const loading = files().load(item)
    token = server.token
    expect((await loading).url).toMatch(/^blob:/)
  })

  it('is refused when it is not the one that was sent', async () => {
    await expect(files().load({ ...server.item(SOUND), sha256: 'b'.repeat(64) })).rejects.toThrow('not the one that was sent')
  })

  it('is refused when less of it came than was promised', async () => {
    vi.stubGlobal('fetch', async () => new Response(SOUND.slice(0, 100), { headers: { 'content-length': '5000' } }))
    await expect(files().load(server.item(SOUND))).rejects.toThrow('100 of 5000 bytes')
  })

  it('is never asked of another server: the token is ours', async () => {
    const fetched = vi.fn()
    vi.stubGlobal('fetch', fetched)
    await expect(files().load({ ...server.item(SOUND), url: 'http://example.com/a.mp3' })).rejects.toThrow('not our server')
    expect(fetched).not.toHaveBeenCalled()
  })

  it('tells when the pairing is gone, and only then', async () => {
    server.behaviour.unauthorized = 'player_unpaired'
    await expect(files().load(server.item(SOUND))).rejects.toThrow('player_unpaired')
    expect(unpaired).toBe(1)
  })
})
