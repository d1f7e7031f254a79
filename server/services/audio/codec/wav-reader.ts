import { open, type FileHandle } from 'node:fs/promises'

/** What a RIFF, RF64 or WAVE_FORMAT_EXTENSIBLE header says of linear samples. */
export interface WavFormat {
  sample_rate: number
  channels: number
  bits: number
  float: boolean
  /** Where the samples begin, and how many bytes of them are really there. */
  data_at: number
  data_bytes: number
  /** The header promises more than the file has. */
  truncated: boolean
}

const PCM = 1
const FLOAT = 3
const EXTENSIBLE = 0xFFFE
const UNKNOWN_LENGTH = 0xFFFFFFFF
/** Chunks before the samples that are looked at; a hostile file has millions. */
const MOST_CHUNKS = 1000

/** Reads the header; undefined when it is none, or its samples are not linear (A-law, ADPCM, …). */
export async function readWavFormat(file: FileHandle): Promise<WavFormat | undefined> {
  const { size } = await file.stat()
  const head = Buffer.alloc(40)
  let format: Pick<WavFormat, 'sample_rate' | 'channels' | 'bits' | 'float'> | undefined
  for (let at = 12, chunk = 0; at + 8 <= size && chunk < MOST_CHUNKS; chunk++) {
    await file.read(head, 0, 8, at)
    const name = head.toString('latin1', 0, 4)
    const length = head.readUInt32LE(4)
    if (name === 'data') {
      if (!format) return undefined
      const there = size - at - 8
      const wanted = length === UNKNOWN_LENGTH || length === 0 ? there : length
      return { ...format, data_at: at + 8, data_bytes: Math.min(wanted, there), truncated: wanted > there }
    }
    if (name === 'fmt ') {
      const { bytesRead } = await file.read(head, 0, Math.min(40, length), at + 8)
      format = bytesRead >= 16 ? linearFormat(head, length) : undefined
      if (!format) return undefined
    }
    at += 8 + length + (length & 1)
  }
  return undefined
}

function linearFormat(head: Buffer, length: number) {
  const tag = head.readUInt16LE(0)
  const kind = tag === EXTENSIBLE && length >= 26 ? head.readUInt16LE(24) : tag
  const channels = head.readUInt16LE(2)
  const sample_rate = head.readUInt32LE(4)
  const bits = head.readUInt16LE(14)
  const float = kind === FLOAT
  if (kind !== PCM && !float) return undefined
  if (!(float ? [32, 64] : [8, 16, 24, 32]).includes(bits)) return undefined
  if (channels < 1 || channels > 32 || sample_rate < 4000 || sample_rate > 384_000) return undefined
  return { sample_rate, channels, bits, float }
}

const PIECE_FRAMES = 16_384

/** The samples in pieces, every channel by itself, −1…1 (floats as they are). */
export async function* readWavPieces(file: FileHandle, format: WavFormat): AsyncGenerator<Float32Array[]> {
  const { channels, bits, float, data_at, data_bytes } = format
  const width = bits / 8
  const frame = width * channels
  const sampleAt = readerOf(bits, float)
  const buffer = Buffer.alloc(PIECE_FRAMES * frame)
  for (let at = 0; at + frame <= data_bytes;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, data_bytes - at), data_at + at)
    const frames = Math.floor(bytesRead / frame)
    if (!frames) return
    const piece = Array.from({ length: channels }, () => new Float32Array(frames))
    for (let index = 0, offset = 0; index < frames; index++) {
      for (let channel = 0; channel < channels; channel++, offset += width) piece[channel]![index] = sampleAt(buffer, offset)
    }
    yield piece
    at += frames * frame
  }
}

function readerOf(bits: number, float: boolean): (buffer: Buffer, at: number) => number {
  if (float) return bits === 32 ? (buffer, at) => buffer.readFloatLE(at) : (buffer, at) => buffer.readDoubleLE(at)
  if (bits === 8) return (buffer, at) => (buffer[at]! - 128) / 128
  if (bits === 16) return (buffer, at) => buffer.readInt16LE(at) / 32_768
  if (bits === 24) return (buffer, at) => buffer.readIntLE(at, 3) / 8_388_608
  return (buffer, at) => buffer.readInt32LE(at) / 2_147_483_648
}

/** Whether our own reader can open this file. */
export async function isLinearWav(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    return await readWavFormat(file) !== undefined
  }
  finally {
    await file.close()
  }
}
