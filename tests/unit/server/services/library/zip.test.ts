import { Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FileNames, zipMessages } from '../../../../../server/services/library/zip'
import { readZip } from '../../../../fixtures/zip'

const SIZE = 300_000
const shelf = vi.hoisted(() => ({ rows: [] as { title: string, sha256: string, updated_at: Date }[], opened: [] as import('node:stream').Readable[], gone: new Set<string>() }))

// Only the two ends: which messages are meant, and what is on the disk.
vi.mock('../../../../../server/services/database', () => ({
  useDb: async () => ({ select: () => ({ from: () => ({ where: () => ({ orderBy: () => ({ limit: async () => shelf.rows }) }) }) }) }),
}))
vi.mock('../../../../../server/services/audio/files', () => ({
  useFileStore: () => ({}),
  openFile: async (sha256: string) => shelf.gone.has(sha256)
    ? null
    : {
        bytes: SIZE,
        stream: async () => {
          const file = Readable.from((function* () {
            for (let part = 0; part < 10; part++) yield Buffer.alloc(SIZE / 10, sha256)
          })())
          shelf.opened.push(file)
          return file
        },
      },
}))

const fill = (...titles: string[]) => shelf.rows = titles.map((title, n) => ({ title, sha256: `${n}`, updated_at: new Date() }))
const zip = () => zipMessages('shop', { audio_ids: ['x'] })

afterEach(() => {
  shelf.opened.length = 0
  shelf.gone.clear()
})

describe('a zip of sounds', () => {
  it('has each whole, and the length that was told', async () => {
    fill('Uno', 'Dos', 'Tres')
    const { bytes, stream } = await zip()
    const whole = Buffer.concat(await stream().toArray())
    expect(whole.length).toBe(bytes)
    const files = readZip(whole)
    expect([...files.keys()]).toEqual(['Uno.mp3', 'Dos.mp3', 'Tres.mp3'])
    expect(Buffer.compare(files.get('Dos.mp3')!, Buffer.alloc(SIZE, '1'))).toBe(0)
  })

  it('opens a file when it is its turn, and leaves none open when somebody goes away', async () => {
    fill(...Array.from({ length: 50 }, (_, n) => `n${n}`))
    const { stream } = await zip()
    expect(shelf.opened).toHaveLength(0)
    let read = 0
    for await (const chunk of stream()) {
      read += (chunk as Buffer).length
      if (read > 1.5 * SIZE) break
    }
    await expect.poll(() => shelf.opened.every(file => file.destroyed)).toBe(true)
    expect(shelf.opened.length).toBeLessThan(5)
  })

  it('leaves out what is not there, and breaks off when a sound goes meanwhile', async () => {
    fill('Uno', 'Dos', 'Tres')
    shelf.gone.add('1')
    const { stream } = await zip()
    expect([...readZip(Buffer.concat(await stream().toArray())).keys()]).toEqual(['Uno.mp3', 'Tres.mp3'])
    const broken = (await zip()).stream()
    shelf.gone.add('2')
    await expect(broken.toArray()).rejects.toThrow('A sound is gone.')
    shelf.gone.add('0')
    await expect(zip()).rejects.toMatchObject({ status: 404 })
  })
})

describe('the names of files', () => {
  it.each([
    ['Niño perdido', 'Niño perdido.mp3'], ['../../etc/passwd', 'etc passwd.mp3'], ['C:\\con', 'C con.mp3'], ['CON', 'CON_.mp3'], ['  .. ', 'audio.mp3'], ['', 'audio.mp3'],
    ['a\u0000b\nc', 'a b c.mp3'], ['\u202Egnp.exe', 'gnp.exe.mp3'], ['🛒 Oferta', '🛒 Oferta.mp3'], ['x'.repeat(300), `${'x'.repeat(80)}.mp3`],
  ])('%j', (title, name) => {
    expect(new FileNames().next(title)).toBe(name)
  })

  it('never come twice, whatever case and accents', () => {
    const names = new FileNames()
    expect(['Camión', 'CAMION', 'camion (2)', 'camion'].map(title => names.next(title))).toEqual(['Camión.mp3', 'CAMION (2).mp3', 'camion (2) (2).mp3', 'camion (3).mp3'])
  })
})
