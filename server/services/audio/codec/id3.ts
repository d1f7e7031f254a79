/** What players show of a file. */
export interface Tags {
  title: string
  artist: string
}

/**
 * Puts an ID3v2.3 tag before an mp3 (https://id3.org/id3v2.3.0): the version that every player reads. Texts are UTF-16
 * with a byte order mark. The same mp3 and tags give the same bytes.
 */
export function addId3Tag(mp3: Uint8Array, { title, artist }: Tags): Uint8Array {
  const frames = concat([textFrame('TIT2', title), textFrame('TPE1', artist)])
  const size = frames.length
  // Seven bits a byte, so that no tag looks like a frame of sound.
  const header = Uint8Array.from([0x49, 0x44, 0x33, 3, 0, 0, size >> 21 & 0x7F, size >> 14 & 0x7F, size >> 7 & 0x7F, size & 0x7F])
  return concat([header, frames, mp3])
}

function textFrame(id: string, text: string): Uint8Array {
  const body = new Uint8Array(3 + text.length * 2)
  const view = new DataView(body.buffer)
  body.set([1, 0xFF, 0xFE])
  for (let at = 0; at < text.length; at++) view.setUint16(3 + at * 2, text.charCodeAt(at), true)
  const frame = new Uint8Array(10 + body.length)
  frame.set(new TextEncoder().encode(id))
  new DataView(frame.buffer).setUint32(4, body.length)
  frame.set(body, 10)
  return frame
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
