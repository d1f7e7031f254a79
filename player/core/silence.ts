/** 24 kHz, mono, 8 kbit/s: 24 ms in 24 bytes, of which all but the header are zero. */
const FRAME = [0xff, 0xf3, 0x14, 0xc0]
const FRAME_BYTES = 24

/**
 * An mp3 of silence, made on the spot: what an audio element plays to find out whether it may, and to be unlocked.
 * LG's sets want at least a second, and the test of talking over goes on for less than what is made here.
 */
export function silentMp3(durationMs = 3_000): ArrayBuffer {
  const bytes = new Uint8Array(Math.ceil(durationMs / 24) * FRAME_BYTES)
  for (let at = 0; at < bytes.length; at += FRAME_BYTES) bytes.set(FRAME, at)
  return bytes.buffer
}
