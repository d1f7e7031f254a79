/** One due moment of a schedule at one player. */
interface PlannedPlay {
  schedule_id: string
  /** ISO 8601. */
  due_at: string
  player_id: string
}

/** As long as `2026-11-22T18:30:00.000Z`, which is how an instant is always written here. */
const WHOLE = 24

/**
 * The id of the play that one due moment of a schedule becomes at one player: the same wherever and whenever it is worked
 * out, so that a repeated report changes nothing. A UUID (version 8) of the first 122 bits of a SHA-256.
 * @param sha256 hex of the SHA-256 of a text
 */
export function playIdOf({ schedule_id, due_at, player_id }: PlannedPlay, sha256: (text: string) => string): string {
  const hex = sha256(`${schedule_id} ${due_at.length === WHOLE && due_at.endsWith('Z') ? due_at : new Date(due_at).toISOString()} ${player_id}`)
  const variant = (Number.parseInt(hex[16]!, 16) & 3 | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
