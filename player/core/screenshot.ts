import type { PlayerState } from './state'

/** So much of it goes over the line, UTF-8 bytes. */
const MOST_BYTES = 32_000

/** What is left out, in this order, until it fits. */
const LEFT_OUT: (keyof PlayerState)[] = ['qr', 'open', 'look', 'heard', 'errors', 'now']

/** The state of the player as it may travel: all that its screen shows. */
export function pictureOf(state: PlayerState): Record<string, unknown> {
  const picture: Record<string, unknown> = Object.assign({} as Record<string, unknown>, state)
  // what is heard word by word is long, and nobody reads it there
  if (state.now) picture.now = Object.assign({}, state.now, { words: undefined })
  for (const name of LEFT_OUT) {
    if (encodeURIComponent(JSON.stringify(picture)).replace(/%../g, '_').length <= MOST_BYTES) break
    picture[name] = undefined
  }
  return picture
}
