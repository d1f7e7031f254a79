import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFiles } from '../../../../player/core/files'
import type { ApiError } from '../../../../player/core/http'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import type { PlayerStandIn } from '../../../fixtures/player-stand-in'
import { startPlayerStandIn } from '../../../fixtures/player-stand-in'

const SOUND = new Uint8Array(5_000).fill(7)
let server: PlayerStandIn
let refused: string[]
let faults: unknown[][]
let token: string
let keep: Keep
const files = (most_bytes = 1e6) => createFiles({ origin: server.url, keep, token: () => token, onRefused: (_token, error) => refused.push((error as ApiError).code), fault: (...what) => faults.push(what), limits: { give_up_ms: 2_000, most_bytes } })
/** The same device after its page was loaded anew. */
async function reopened(most_bytes?: number) {
  const store = files(most_bytes)
  await store.open()
  return store
}

beforeEach(async () => {
  server = await startPlayerStandIn()
  token = server.token
  keep = memoryKeep()
  refused = []
  faults = []
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
    expect(faults[0]).toEqual(['file_damaged', 'b'.repeat(64), 'fetched again', true])
  })

  it('is taken up where it broke off, also after a reload', async () => {
    const item = server.item(SOUND)
    server.behaviour.cut_after = 1_000
    await expect(files().load(item)).rejects.toThrow()
    server.behaviour.cut_after = null
    server.ranges.length = 0
    const store = await reopened()
    expect(store.ready(item.sha256)).toBe(false)
    expect(await contents((await store.load(item)).url)).toEqual(SOUND)
    expect(server.ranges).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)])
  })

  it('is fetched anew when its beginning on the device was wrong', async () => {
    const item = server.item(SOUND)
    await keep.set('files', new Map([[item.sha256, { bytes: 10, whole: false, used: 0 }]]))
    await keep.set(`file:${item.sha256}`, new Blob([new Uint8Array(10)]))
    expect(await contents((await (await reopened()).load(item)).url)).toEqual(SOUND)
  })

  it('is never asked of another server: the token is ours', async () => {
    const fetched = vi.fn()
    vi.stubGlobal('fetch', fetched)
    await expect(files().load({ ...server.item(SOUND), url: 'http://example.com/a.mp3' })).rejects.toThrow('not our server')
    expect(fetched).not.toHaveBeenCalled()
  })

  it('tells when the server does not take its token', async () => {
    server.behaviour.unauthorized = 'player_unpaired'
    await expect(files().load(server.item(SOUND))).rejects.toThrow('player_unpaired')
    expect(refused).toEqual(['player_unpaired'])
  })
})

describe('a device', () => {
  const sound = (fill: number) => server.item(new Uint8Array(5_000).fill(fill))
  const until = (check: () => unknown) => vi.waitUntil(check, { timeout: 8_000, interval: 10 })

  it('keeps what it has fetched over a reload, and asks for it no more', async () => {
    const item = server.item(SOUND)
    await files().load(item)
    const store = await reopened()
    expect([store.ready(item.sha256), store.bytes()]).toEqual([true, 5_000])
    server.behaviour.unauthorized = 'unauthorized'
    expect(await contents((await store.load(item)).url)).toEqual(SOUND)
  })

  it('fetches what is wanted, the first first', async () => {
    const wanted = [sound(1), sound(2), sound(3)]
    const asked: string[] = []
    const real = globalThis.fetch
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      asked.push(url)
      return real(url, init)
    })
    const store = await reopened()
    store.want(wanted)
    await until(() => wanted.every(item => store.ready(item.sha256)))
    expect(asked).toEqual(wanted.map(item => server.url + item.url))
  })

  it('goes on with the others when one cannot be had', async () => {
    const missing = { ...sound(1), url: '/media/none.mp3', sha256: 'c'.repeat(64) }
    const other = sound(2)
    const store = await reopened()
    store.want([missing, other])
    await until(() => store.ready(other.sha256))
  })

  it('gives up what is needed last, and never what is needed sooner', async () => {
    const [old, first, second, third] = [sound(1), sound(2), sound(3), sound(4)]
    const store = await reopened(12_000)
    await store.load(old)
    store.want([first, second, third])
    await until(() => store.ready(second.sha256))
    expect(store.ready(old.sha256)).toBe(false)
    await vi.waitFor(() => expect([first, second, third].map(item => store.ready(item.sha256))).toEqual([true, true, false]))
    // a live message is needed now
    const live = sound(5)
    await store.load(live)
    expect([store.ready(live.sha256), store.ready(first.sha256), store.ready(second.sha256)]).toEqual([true, true, false])
  })

  it('whose disk is full makes room, and says so once it has', async () => {
    const [old, next] = [sound(1), sound(2)]
    const store = await reopened()
    await store.load(old)
    const { set } = keep
    // the browser says so by itself, whatever it promised
    keep.set = (key, value) => value instanceof Blob && store.ready(old.sha256) ? Promise.reject(Object.assign(new Error('full'), { name: 'QuotaExceededError' })) : set(key, value)
    store.want([next])
    await until(() => store.ready(next.sha256))
    expect(store.ready(old.sha256)).toBe(false)
    expect(faults).toEqual([['storage_full', 'the device is full', 'made room', true]])
  })

  it('that has no room for all of its programme says so', async () => {
    const store = await reopened(12_000)
    store.want([sound(1), sound(2), sound(3)])
    await until(() => faults.length)
    expect(faults[0]).toEqual(['storage_full', 'not all of the programme has room', null, false])
  })

  it('fetches everything anew when it is told to, and what plays stays', async () => {
    const item = sound(1)
    const store = await reopened()
    store.want([item])
    await until(() => store.ready(item.sha256))
    const playing = await store.load(item)
    server.ranges.length = 0
    await store.renew()
    await until(() => store.ready(item.sha256))
    expect(server.ranges).toEqual([''])
    expect(await contents(playing.url)).toEqual(new Uint8Array(5_000).fill(1))
  })

  it('that has no database holds sounds in memory', async () => {
    const { blobs: _, ...small } = keep
    keep = small
    expect(await contents((await (await reopened()).load(server.item(SOUND))).url)).toEqual(SOUND)
  })

  it('forgets everything with its pairing', async () => {
    const item = server.item(SOUND)
    const store = files()
    await store.load(item)
    await store.clear()
    expect([store.bytes(), await keep.get(`file:${item.sha256}`)]).toEqual([0, null])
  })
})
