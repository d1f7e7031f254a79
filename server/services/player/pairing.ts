import { randomInt } from 'node:crypto'
import { and, eq, lt } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { pairing, player } from '../../../db/schema'
import { PAIRING_ALPHABET, PAIRING_CODE_LENGTH, type ApprovePairingSchema, type NewPairing, type PairingState, type Player } from '../../../shared/schemas/player'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { randomToken, sha256Of } from '../hash'
import { dismissPlayer, publish } from './live'
import { pairingQr } from './pairing-qr'
import { getPlayer } from './players'
import { pairingToken } from './tokens'

/** A code may be typed in for this long, ms. */
const CODE_VALID_MS = 600_000
/** An approved television may fetch its token for this long after the code has run out, ms. */
const TOKEN_KEPT_MS = 3_600_000

/** What a television shows of itself: by these a set that was reset is known again. */
export interface PairingHints { address?: string, user_agent?: string, screen?: string }

/**
 * A code for a television's screen, and the secret by which that television asks what became of it.
 * @param seenFrom the origin under which the television sees this server
 */
export async function startPairing(seenFrom: string, hints: PairingHints = {}): Promise<NewPairing> {
  const db = await useDb()
  const secret = randomToken()
  for (;;) {
    const code = Array.from({ length: PAIRING_CODE_LENGTH }, () => PAIRING_ALPHABET[randomInt(PAIRING_ALPHABET.length)]).join('')
    const [row] = await db.insert(pairing).values({ code, secret_sha256: sha256Of(secret), expires_at: new Date(Date.now() + CODE_VALID_MS), ...hints })
      .onConflictDoNothing().returning()
    if (row) return { pairing_id: row.pairing_id, code, secret, expires_at: row.expires_at.toISOString(), qr: pairingQr(code, seenFrom) }
  }
}

/**
 * What became of a pairing. Once approved, the answer carries the player's token, as often as it is asked for.
 * @throws NotFound when id and secret do not belong together
 */
export async function pairingState(pairing_id: string, secret: string): Promise<PairingState> {
  const db = await useDb()
  const [found] = await db.select({ row: pairing, token_sha256: player.token_sha256 }).from(pairing).leftJoin(player, eq(player.player_id, pairing.player_id))
    .where(and(eq(pairing.pairing_id, pairing_id), eq(pairing.secret_sha256, sha256Of(secret))))
  if (!found) throw new NotFound('There is no such pairing.', 'pairing_not_found')
  const { row, token_sha256 } = found
  const token = pairingToken(row.pairing_id)
  // The place may have been given to another television since.
  if (row.player_id && token_sha256 === sha256Of(token)) return { status: 'approved', token }
  return { status: row.approved_at || row.expires_at < new Date() ? 'expired' : 'pending' }
}

/**
 * The pairing of the television that shows this code.
 * @throws NotFound, Conflict when the code was used, Unprocessable when it is too old
 */
export async function requirePairing(tx: Db, code: string, lock = false): Promise<typeof pairing.$inferSelect> {
  const found = tx.select().from(pairing).where(eq(pairing.code, code))
  const [row] = await (lock ? found.for('update') : found)
  if (!row) throw new NotFound('No screen shows this code.', 'pairing_code_unknown')
  if (row.approved_at) throw new Conflict('This code was used already.', 'pairing_code_used')
  if (row.expires_at < new Date()) throw new Unprocessable('pairing_code_expired', 'This code is too old. The screen shows a new one by now.', [{ path: 'code', message: 'is too old' }])
  return row
}

/**
 * Makes a player of the television that shows this code, or gives it an old place back.
 * @param tx a transaction: of two people who type the same code, one succeeds
 * @throws NotFound, Conflict when the code was used or the place is taken, Unprocessable when the code is too old
 */
export async function approvePairing(tx: Db, client_id: string, { code, player_id, name, store_id }: ReturnType<typeof ApprovePairingSchema.parse>): Promise<Player> {
  const row = await requirePairing(tx, code, true)
  const token_sha256 = sha256Of(pairingToken(row.pairing_id))
  const place = player_id ? await takePlace(tx, client_id, player_id, row.created_at, token_sha256) : await addPlace(tx, { client_id, name: name!, store_id: store_id!, token_sha256 })
  await tx.update(pairing).set({ approved_at: new Date(), player_id: place }).where(eq(pairing.pairing_id, row.pairing_id))
  await publish(tx, client_id, { type: 'player_changed', player_id: place })
  return getPlayer(client_id, place, tx)
}

async function addPlace(tx: Db, values: typeof player.$inferInsert): Promise<string> {
  await requireStore(tx, values.client_id, values.store_id)
  const [made] = await tx.insert(player).values(values).returning({ player_id: player.player_id })
  return made!.player_id
}

/** The old place keeps its name, store, volume and history; the tokens that it had end at once. */
async function takePlace(tx: Db, client_id: string, player_id: string, asked_at: Date, token_sha256: string): Promise<string> {
  const [place] = await tx.select().from(player).where(and(eq(player.client_id, client_id), eq(player.player_id, player_id))).for('update')
  if (!place) throw new NotFound('There is no such player.', 'player_not_found')
  // Somebody was faster with another television.
  if (place.token_since > asked_at) throw new Conflict('Another television has taken this place meanwhile.', 'place_taken', { fields: [{ path: 'player_id', message: 'is taken' }] })
  await tx.update(player).set({ token_sha256, next_token_sha256: null, token_since: new Date(), connection_id: null, updated_at: new Date() }).where(eq(player.player_id, player_id))
  await dismissPlayer(tx, player_id, token_sha256)
  return player_id
}

/** Forgets codes that nobody can use any more. */
export async function forgetOldPairings(now = new Date()): Promise<void> {
  const db = await useDb()
  await db.delete(pairing).where(lt(pairing.expires_at, new Date(now.getTime() - TOKEN_KEPT_MS)))
}
