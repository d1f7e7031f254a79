import { describe, expect, it } from 'vitest'
import { waveformPeaks } from '../../../../../../server/services/audio/dsp/waveform'

describe('the waveform', () => {
  it('has the loudest sample of each slice over all channels, 0–100', () => {
    const left = new Float32Array([0.1, -0.2, 0, 0, 0.5, 0.25])
    const right = new Float32Array([0, 0, -0.03, 0, 0, -1])
    expect(waveformPeaks([left, right], 3)).toEqual([20, 3, 100])
  })

  it('has all its slices for a sound shorter than that, and for none', () => {
    expect(waveformPeaks([new Float32Array([0.5, 1])], 4)).toEqual([50, 50, 100, 100])
    expect(waveformPeaks([new Float32Array(0)], 3)).toEqual([0, 0, 0])
    expect(waveformPeaks([], 2)).toEqual([0, 0])
  })

  it('stays within 100 for what is over full scale', () => {
    expect(waveformPeaks([new Float32Array([1.8])], 1)).toEqual([100])
  })
})
