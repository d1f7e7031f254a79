/**
 * Mono samples as a 16-bit PCM WAV file (RIFF): how speech that came as samples is kept.
 * @param pcm samples −1…1; beyond is clipped
 * @param sample_rate Hz
 */
export function encodeWav(pcm: Float32Array, sample_rate: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(44 + pcm.length * 2))
  const ascii = (at: number, word: string) => [...word].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)))
  ascii(0, 'RIFF')
  view.setUint32(4, 36 + pcm.length * 2, true)
  ascii(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sample_rate, true)
  view.setUint32(28, sample_rate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  ascii(36, 'data')
  view.setUint32(40, pcm.length * 2, true)
  for (let i = 0; i < pcm.length; i++) view.setInt16(44 + i * 2, Math.round(Math.min(1, Math.max(-1, pcm[i]!)) * 32_767), true)
  return new Uint8Array(view.buffer)
}

/** The samples of a file that {@link encodeWav} made. */
export function decodeWav(file: Uint8Array): { pcm: Float32Array, sample_rate: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const pcm = new Float32Array((file.byteLength - 44) / 2)
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(44 + i * 2, true) / 32_767
  return { pcm, sample_rate: view.getUint32(24, true) }
}
