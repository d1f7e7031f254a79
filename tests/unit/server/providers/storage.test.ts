import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createStorage } from 'unstorage'
import memory from 'unstorage/drivers/memory'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { atomicFiles, createFileStore, type FileStore } from '../../../../server/providers/storage'
import { sha256Of } from '../../../../server/services/hash'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const WORDS = bytesOf('0123456789')
const NAME = sha256Of(WORDS)

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mediaflow-store-'))
})
afterEach(async () => {
  await chmod(dir, 0o700)
  await rm(dir, { recursive: true, force: true })
})

const listed = async (store: FileStore) => {
  const all = []
  for await (const found of store.list()) all.push(found.sha256)
  return all.sort()
}
const text = async (store: FileStore, ...of: Parameters<FileStore['stream']>) => (await buffer((await store.stream(...of))!)).toString()

describe.each([
  ['a folder', () => createFileStore(join(dir, 'deep', 'files'))],
  ['another driver of unstorage', () => createFileStore(withTimes(memory()))],
])('a store on %s', (_, make) => {
  it('gives back what was put, whole and in parts', async () => {
    const store = make()
    await store.put(NAME, WORDS)
    expect(await store.stat(NAME)).toMatchObject({ bytes: 10, modified_at: expect.any(Date) })
    expect(Buffer.from((await store.read(NAME))!).toString()).toBe('0123456789')
    expect(await text(store, NAME)).toBe('0123456789')
    expect(await text(store, NAME, { start: 0, end: 0 })).toBe('0')
    expect(await text(store, NAME, { start: 4, end: 9 })).toBe('456789')
  })

  it('says null for what it does not have, and removes twice without complaint', async () => {
    const store = make()
    expect([await store.stat(NAME), await store.read(NAME), await store.stream(NAME), await store.owner()]).toEqual([null, null, null, null])
    expect(await listed(store)).toEqual([])
    await store.put(NAME, WORDS)
    await store.remove(NAME)
    await store.remove(NAME)
    expect(await store.stat(NAME)).toBeNull()
  })

  it('lists files, and neither its owner nor its probes', async () => {
    const store = make()
    const other = sha256Of('other')
    await store.put(NAME, WORDS)
    await store.put(other, bytesOf('other'))
    await store.claim('1234/mediaflow')
    expect(await store.check()).toEqual({ ok: true, message: 'Files can be written.' })
    expect(await listed(store)).toEqual([NAME, other].sort())
    expect(await store.owner()).toBe('1234/mediaflow')
  })

  it.each(['../../etc/passwd', '', 'A'.repeat(64), `${NAME}/..`])('takes no name but a SHA-256: %j', async (name) => {
    const store = make()
    await expect(store.put(name, WORDS)).rejects.toThrow(RangeError)
    await expect(store.read(name)).rejects.toThrow(RangeError)
    await expect(store.stream(name)).rejects.toThrow(RangeError)
    await expect(store.remove(name)).rejects.toThrow(RangeError)
  })
})

describe('a store on a folder', () => {
  it('lays files out so that no folder is large, in a driver that unstorage takes', async () => {
    await createFileStore(dir).put(NAME, WORDS)
    expect(await readdir(join(dir, NAME.slice(0, 2), NAME.slice(2, 4)))).toEqual([NAME])
    const storage = createStorage({ driver: atomicFiles({ base: dir }) })
    expect(await storage.getKeys()).toEqual([`${NAME.slice(0, 2)}:${NAME.slice(2, 4)}:${NAME}`])
  })

  it('does not write again what is there, and mends what was cut short', async () => {
    const store = createFileStore(dir)
    const path = join(dir, NAME.slice(0, 2), NAME.slice(2, 4), NAME)
    await store.put(NAME, WORDS)
    await utimes(path, 1000, 1000)
    await store.put(NAME, WORDS)
    expect((await store.stat(NAME))!.modified_at.getTime()).toBe(1_000_000)
    await writeFile(path, '0123')
    await store.put(NAME, WORDS)
    expect(await text(store, NAME)).toBe('0123456789')
  })

  it('survives many writers of the same content', async () => {
    const store = createFileStore(dir)
    const large = Buffer.alloc(300_000, 'x')
    const name = sha256Of(large)
    await Promise.all(Array.from({ length: 20 }, () => store.put(name, large)))
    expect(sha256Of((await store.read(name))!)).toBe(name)
    expect(await readdir(join(dir, '.temps'))).toEqual([])
  })

  it('removes what dead writers left, and only that', async () => {
    const store = createFileStore(dir)
    await store.put(NAME, WORDS)
    await writeFile(join(dir, '.temps', 'old'), 'half of a fi')
    await writeFile(join(dir, '.temps', 'young'), 'half of a fi')
    await utimes(join(dir, '.temps', 'old'), 1000, 1000)
    expect(await store.removeStaleTemps(60_000)).toBe(1)
    expect(await readdir(join(dir, '.temps'))).toEqual(['young'])
    expect(await listed(store)).toEqual([NAME])
    expect(await createFileStore(join(dir, 'none')).removeStaleTemps(0)).toBe(0)
  })

  it('reads a file to its end although it is removed meanwhile', async () => {
    const store = createFileStore(dir)
    await store.put(NAME, WORDS)
    const stream = await store.stream(NAME)
    await store.remove(NAME)
    expect((await buffer(stream!)).toString()).toBe('0123456789')
  })

  it('says when files cannot be written, and never takes trouble for absence', async () => {
    await writeFile(join(dir, 'file'), '')
    const store = createFileStore(join(dir, 'file'))
    expect(await store.check()).toEqual({ ok: false, message: expect.stringMatching(/^Files cannot be written \((ENOTDIR|EEXIST)\)\.$/) })
    await expect(store.stat(NAME)).rejects.toThrow('ENOTDIR')
    await mkdir(join(dir, 'loop', NAME.slice(0, 2), NAME.slice(2, 4), NAME), { recursive: true })
    await expect(createFileStore(join(dir, 'loop')).read(NAME)).rejects.toThrow('EISDIR')
  })
})

/** unstorage's memory driver knows neither sizes nor times. */
function withTimes(driver: ReturnType<typeof memory>) {
  return {
    ...driver,
    getMeta: async (key: string) => {
      const value = await driver.getItemRaw!(key, {}) as Uint8Array | null
      return value && { size: value.byteLength, mtime: new Date() }
    },
    getItem: async (key: string) => {
      const value = await driver.getItemRaw!(key, {}) as Uint8Array | null
      return value && Buffer.from(value).toString()
    },
  }
}
