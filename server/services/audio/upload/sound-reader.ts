import { open, type FileHandle } from 'node:fs/promises'
import { readFrameHeader } from '../../../../shared/utils/mp3-frames'
import { openMp3Decoder } from '../codec/mp3-decoder'
import { readWavFormat, readWavPieces } from '../codec/wav-reader'

/** Something about an upload that its owner should know; the sound was made all the same. */
export type SourceWarning = 'clipped_original' | 'over_full_scale' | 'invalid_samples' | 'damaged_frames' | 'truncated' | 'downmixed' | 'video_dropped'

/** Where plain sound lies: an mp3, or a WAV file of linear samples. */
export interface SoundFile {
  path: string
  kind: 'mp3' | 'wav'
}

/** A sound that is read in pieces of one or two channels; what `warnings` and the figures say holds once it is read. */
export interface SoundReader {
  pieces: AsyncIterable<Float32Array[]>
  /** Hz; known from the first piece on. */
  sampleRate: () => number
  warnings: Set<SourceWarning>
  close: () => Promise<void>
}

const READ_BYTES = 65_536
/** Holds some frames of any bitrate. */
const TAIL_BYTES = 8192
/** So many equal samples at full scale in a row are cut-off tops, not music. */
const CLIPPED_RUN = 4
const FULL_SCALE = 0.9985
const SLIGHTLY_OVER = 1.05
/** What a lossy coder may overshoot by; a WAV of floats beyond it was too loud on purpose or by mistake. */
const OVERSHOOT = 1.3
/** Beyond any sound; squares of such numbers would overflow. */
const ABSURD = 1e6

/** Opens an upload, or what ffmpeg made of one. Undefined when the file is not what it is said to be. */
export async function openSound({ path, kind }: SoundFile): Promise<SoundReader | undefined> {
  return kind === 'wav' ? openWav(path) : openMp3(path)
}

async function openWav(path: string): Promise<SoundReader | undefined> {
  const file = await open(path)
  const format = await readWavFormat(file)
  if (!format) {
    await file.close()
    return undefined
  }
  const warnings = new Set<SourceWarning>()
  if (format.truncated) warnings.add('truncated')
  if (format.channels > 2) warnings.add('downmixed')
  return { pieces: cleaned(readWavPieces(file, format), warnings), sampleRate: () => format.sample_rate, warnings, close: () => file.close() }
}

async function openMp3(path: string): Promise<SoundReader> {
  const file = await open(path)
  const decoder = await openMp3Decoder({ gapless: true })
  const warnings = new Set<SourceWarning>()
  if (await beginsInsideFrame(file)) warnings.add('damaged_frames')
  if (await endsInsideFrame(file)) warnings.add('truncated')
  let sample_rate = 0
  async function* read(): AsyncGenerator<Float32Array[]> {
    const buffer = Buffer.alloc(READ_BYTES)
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, READ_BYTES)
      if (!bytesRead) return
      const decoded = decoder.decode(buffer.subarray(0, bytesRead))
      if (decoded.errors) warnings.add('damaged_frames')
      if (!decoded.channels[0]?.length) continue
      // A stream that changes its rate half-way is broken; what follows would play at a wrong speed.
      sample_rate ||= decoded.sample_rate
      if (decoded.sample_rate !== sample_rate) warnings.add('damaged_frames')
      else yield decoded.channels
    }
  }
  const close = async () => {
    decoder.free()
    await file.close()
  }
  return { pieces: cleaned(read(), warnings), sampleRate: () => sample_rate, warnings, close }
}

/** Whether an mp3 begins with neither a tag nor a frame: its beginning was cut off. */
async function beginsInsideFrame(file: FileHandle): Promise<boolean> {
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
  return buffer.toString('latin1', 0, 3) !== 'ID3' && !readFrameHeader(buffer)
}

/** Whether the last of the frames at the end of an mp3 is cut off. */
async function endsInsideFrame(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  const from = Math.max(0, size - TAIL_BYTES)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, from)
  const tail = buffer.subarray(0, bytesRead)
  for (let start = 0; start < tail.length; start++) {
    let at = start
    let frames = 0
    for (let header = readFrameHeader(tail, at); header; header = readFrameHeader(tail, at)) {
      at += header.length_bytes
      frames++
    }
    if (frames > 2) return at > tail.length
  }
  return false
}

/** Two channels at most, no number that is none, and what is wrong with the original noted. */
async function* cleaned(pieces: AsyncIterable<Float32Array[]>, warnings: Set<SourceWarning>): AsyncGenerator<Float32Array[]> {
  const runs = [0, 0]
  for await (const piece of pieces) {
    const channels = piece.length > 2 ? toStereo(piece) : piece
    channels.forEach((channel, index) => runs[index] = inspect(channel, runs[index]!, warnings))
    yield channels
  }
}

/** Zeros in place of what is no number. @returns how many samples at full scale it ended with */
function inspect(channel: Float32Array, run: number, warnings: Set<SourceWarning>): number {
  for (let at = 0; at < channel.length; at++) {
    const level = Math.abs(channel[at]!)
    if (!(level < ABSURD)) {
      channel[at] = 0
      warnings.add('invalid_samples')
      run = 0
    }
    else if (level >= FULL_SCALE && level <= SLIGHTLY_OVER) {
      if (++run >= CLIPPED_RUN) warnings.add('clipped_original')
    }
    else {
      run = 0
      if (level > OVERSHOOT) warnings.add('over_full_scale')
    }
  }
  return run
}

/**
 * Left and right out of more channels, in the order of WAVE: front left, front right, centre, bass, then pairs of left
 * and right. The bass channel is left out and the others come in at −3 dB, as ITU-R BS.775 has it.
 */
function toStereo(piece: readonly Float32Array[]): Float32Array[] {
  const left = piece[0]!.slice()
  const right = piece[1]!.slice()
  const add = (to: Float32Array, from: Float32Array) => {
    for (let at = 0; at < to.length; at++) to[at]! += from[at]! * Math.SQRT1_2
  }
  piece.slice(2).forEach((channel, index) => {
    const position = index + 2
    if (position === 3 && piece.length > 4) return
    if (position === 2 && piece.length !== 4) {
      add(left, channel)
      add(right, channel)
    }
    else {
      add(position % 2 ? right : left, channel)
    }
  })
  return [left, right]
}
