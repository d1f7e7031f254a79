import { createHmac } from 'node:crypto'
import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { player } from '../../../db/schema'
import { sha256Of } from '../hash'
import { useSettings } from '../settings/env'

/** A token that is older than this is renewed when its player connects, ms. */
export const TOKEN_LIFETIME_MS = 30 * 86_400_000

/**
 * The token that a pairing gave. Derived, so that the token itself is nowhere in the database and a lost answer can be
 * given again.
 */
export const pairingToken = (pairing_id: string): string => derive(`player:${pairing_id}`)

/**
 * A token to take the place of one that is too old. Both are valid until the player says that it keeps the new one, or
 * uses it; until then it is given the same one again.
 * @param since when the one that it has was given
 * @returns null while that one is young enough
 */
export async function renewedToken(db: Db, player_id: string, since: Date, now = new Date()): Promise<string | null> {
  if (since.getTime() > now.getTime() - TOKEN_LIFETIME_MS) return null
  const [row] = await db.select({ generation: player.token_generation, next: player.next_token_sha256 }).from(player).where(eq(player.player_id, player_id))
  if (!row) return null
  const offered = rotatedToken(player_id, row.generation)
  if (row.next === sha256Of(offered)) return offered
  const token_generation = row.generation + 1
  const token = rotatedToken(player_id, token_generation)
  // Of two sockets at once, one makes it.
  const [made] = await db.update(player).set({ next_token_sha256: sha256Of(token), token_generation })
    .where(and(eq(player.player_id, player_id), eq(player.token_generation, row.generation))).returning()
  return made ? token : null
}

/**
 * The token that was sent to take another's place is in force; the other has ended.
 * @param token_sha256 only if it is this one
 */
export async function keepNextToken(db: Db, player_id: string, token_sha256?: string): Promise<void> {
  await db.update(player).set({ token_sha256: sql`${player.next_token_sha256}`, next_token_sha256: null, token_since: new Date() })
    .where(and(eq(player.player_id, player_id), token_sha256 ? eq(player.next_token_sha256, token_sha256) : isNotNull(player.next_token_sha256)))
}

const rotatedToken = (player_id: string, generation: number): string => derive(`player:${player_id}:${generation}`)

function derive(what: string): string {
  return `mfp_${createHmac('sha256', useSettings().AUTH_SECRET).update(what).digest('base64url')}`
}
