import { LoudnessMeter } from '../../../../shared/utils/loudness'
import { TruePeakMeter } from '../../../../shared/utils/true-peak'
import { WAVEFORM_SLICES } from '../dsp/waveform'
import { SILENT_LUFS } from '../mastering'
import type { UploadRefusal } from './master-upload'
import { openSound, type SoundFile, type SourceWarning } from './sound-reader'

export interface MeasuredMusic {
  duration_ms: number
  lufs: number
  true_peak_dbtp: number
  /** For drawing: 0–100, loudest sample of each equal slice. */
  peaks: number[]
  sample_rate: number
  warnings: SourceWarning[]
}

export type MusicOutcome = { measured: MeasuredMusic } | { refused: UploadRefusal }

/** Frames of which the drawing keeps the loudest until it is known how long the sound is. */
const DRAWN_FRAMES = 2048

/** Figures of a sound of any length, in pieces: what is kept of it grows by some 200 bytes a second. */
export async function measureMusicFile(source: SoundFile, { min_s, max_s }: { min_s: number, max_s: number }): Promise<MusicOutcome> {
  const reader = await openSound(source)
  if (!reader) return { refused: 'not_audio' }
  try {
    let meters: { loudness: LoudnessMeter, peak: TruePeakMeter } | undefined
    const drawn: number[] = []
    let frames = 0
    for await (const piece of reader.pieces) {
      meters ??= { loudness: new LoudnessMeter(reader.sampleRate(), piece.length), peak: new TruePeakMeter(piece.length) }
      meters.loudness.push(piece)
      meters.peak.push(piece)
      draw(drawn, piece, frames)
      frames += piece[0]!.length
      if (frames > max_s * reader.sampleRate()) return { refused: 'too_long' }
    }
    if (!meters) return { refused: reader.warnings.has('damaged_frames') ? 'damaged' : source.kind === 'mp3' ? 'not_audio' : 'too_short' }
    if (frames < min_s * reader.sampleRate()) return { refused: 'too_short' }
    const lufs = meters.loudness.integrated()
    if (!(lufs >= SILENT_LUFS)) return { refused: 'silent' }
    return {
      measured: {
        duration_ms: Math.round(frames * 1000 / reader.sampleRate()),
        lufs: round(lufs),
        true_peak_dbtp: round(meters.peak.highest()),
        peaks: slices(drawn),
        sample_rate: reader.sampleRate(),
        warnings: [...reader.warnings],
      },
    }
  }
  finally {
    await reader.close()
  }
}

function draw(drawn: number[], piece: readonly Float32Array[], before: number): void {
  for (const channel of piece) {
    for (let at = 0; at < channel.length; at++) {
      const slot = Math.floor((before + at) / DRAWN_FRAMES)
      const level = Math.abs(channel[at]!)
      if (!(drawn[slot]! >= level)) drawn[slot] = level
    }
  }
}

function slices(drawn: readonly number[]): number[] {
  return Array.from({ length: WAVEFORM_SLICES }, (_, slice) => {
    const from = Math.floor(slice * drawn.length / WAVEFORM_SLICES)
    const to = Math.max(from + 1, Math.ceil((slice + 1) * drawn.length / WAVEFORM_SLICES))
    return Math.min(100, Math.round(drawn.slice(from, to).reduce((most, level) => Math.max(most, level), 0) * 100))
  })
}

const round = (value: number) => Math.round(value * 100) / 100
