import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addId3Tag } from '../../../../../../server/services/audio/codec/id3'
import { decodeMp3 } from '../../../../../../server/services/audio/codec/mp3-decoder'
import { encodeMp3 } from '../../../../../../server/services/audio/codec/mp3-encoder'
import { decodeWithFfmpeg, hasFfmpeg } from '../../../../../fixtures/reference-meter'
import { tone } from '../../../../../fixtures/signals'

const TAGS = { title: 'Oferta de piñas: 2×1 🍍', artist: 'Supermercado Ñandú & Cía.' }
const encode = () => encodeMp3([tone({ hz: 440, dbfs: -12, seconds: 1.5, sample_rate: 44_100 })], 44_100, 128)

describe('tags', () => {
  it('change nothing of the sound, nor of how long it is', async () => {
    const mp3 = await encode()
    const tagged = addId3Tag(mp3, TAGS)
    expect(tagged.subarray(-mp3.length)).toEqual(mp3)
    expect((await decodeMp3(tagged)).channels[0]).toEqual((await decodeMp3(mp3)).channels[0])
    expect((await decodeMp3(tagged)).channels[0]).toHaveLength(66_150)
    if (hasFfmpeg) expect(await decodeWithFfmpeg(tagged)).toEqual(await decodeWithFfmpeg(mp3))
  })

  it('are the same bytes each time', async () => {
    expect(addId3Tag(await encode(), TAGS)).toEqual(addId3Tag(await encode(), TAGS))
  })

  it.runIf(hasFfmpeg)('are what another program reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tags-'))
    try {
      const file = join(folder, 'a.mp3')
      for (const title of [TAGS.title, '', 'x'.repeat(200)]) {
        await writeFile(file, addId3Tag(await encode(), { ...TAGS, title }))
        const { format } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-show_format', '-of', 'json', file], { encoding: 'utf8' })) as { format: { tags: Record<string, string>, duration: string } }
        expect(format.tags.title ?? '').toBe(title)
        expect(format.tags.artist).toBe(TAGS.artist)
        expect(Number(format.duration)).toBeCloseTo(1.5, 1)
      }
    }
    finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
