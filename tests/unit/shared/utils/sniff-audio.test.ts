import { describe, expect, it } from 'vitest'
import { sniffAudio, SNIFFED_BYTES } from '../../../../shared/utils/sniff-audio'
import { pseudoRandom } from '../../../fixtures/uploads'

const bytes = (text: string, length = 64) => Uint8Array.from({ length }, (_, at) => text.charCodeAt(at) || 0)

/** Frames of 128 kbit/s at 44.1 kHz: 417 bytes each. */
function frames(count: number, before = 0): Uint8Array {
  const file = new Uint8Array(before + count * 417)
  for (let frame = 0; frame < count; frame++) file.set([0xFF, 0xFB, 0x90, 0x00], before + frame * 417)
  return file
}

/** An ID3v2 tag of that many bytes. */
function tagged(length: number, sound: Uint8Array): Uint8Array {
  const file = new Uint8Array(10 + length + sound.length)
  file.set([0x49, 0x44, 0x33, 4, 0, 0, length >> 21 & 127, length >> 14 & 127, length >> 7 & 127, length & 127])
  file.set(sound, 10 + length)
  return file
}

describe('what a file begins as', () => {
  it.each([
    ['RIFF\0\0\0\0WAVEfmt ', 'wav'], ['RF64\0\0\0\0WAVEds64', 'wav'], ['FORM\0\0\0\0AIFFCOMM', 'aiff'], ['FORM\0\0\0\0AIFCCOMM', 'aiff'], ['fLaC', 'flac'], ['OggS', 'ogg'],
    ['caff', 'caf'], ['#!AMR\n', 'amr'], ['\0\0\0\u0018ftypM4A ', 'mp4'], ['\0\0\0\u0018ftypqt  ', 'mp4'], ['\u001A\u0045\u00DF\u00A3', 'matroska'],
    ['\u0030\u0026\u00B2\u0075\u008E\u0066\u00CF\u0011', 'asf'],
  ])('%j is %s', (start, kind) => expect(sniffAudio(bytes(start))).toBe(kind))

  it('is an mp3 by its frames, behind a tag of any size, and when its beginning was cut', () => {
    expect(sniffAudio(frames(10))).toBe('mp3')
    expect(sniffAudio(frames(10, 300))).toBe('mp3')
    expect(sniffAudio(tagged(5000, frames(10)))).toBe('mp3')
    expect(sniffAudio(tagged(SNIFFED_BYTES * 2, frames(10)).subarray(0, SNIFFED_BYTES))).toBe('mp3')
    expect(sniffAudio(tagged(100, bytes('fLaC')))).toBe('flac')
  })

  it.each([
    '', '#EXTM3U\nfile:/etc/passwd', 'ffconcat version 1.0\n', '<!doctype html>', '{"a":1}', 'PK\u0003\u0004', '\u0089PNG\r\n\u001A\n', 'RIFF\0\0\0\0AVI LIST', 'RIFF\0\0\0\0WEBP', 'ID3', '%PDF-1.7', 'MZ', '\u007FELF',
    'concat:a|b', '[playlist]\nFile1=x', 'v=0\r\no=- 0 0 IN IP4 127.0.0.1',
  ])('%j is no sound', start => expect(sniffAudio(bytes(start, start.length))).toBeNull())

  it('is no sound when it is noise, or a frame or two by chance', () => {
    for (let seed = 1; seed < 60; seed++) expect(sniffAudio(pseudoRandom(20_000, seed))).toBeNull()
    const chance = pseudoRandom(5000, 3)
    chance.set([0xFF, 0xFB, 0x90, 0x00], 10)
    expect(sniffAudio(chance)).toBeNull()
  })
})
