import { createHmac, randomInt } from 'node:crypto'
import { and, eq, lt } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { pairing, player } from '../../../db/schema'
import { PAIRING_ALPHABET, PAIRING_CODE_LENGTH, type ApprovePairingSchema, type NewPairing, type PairingState, type Player } from '../../../shared/schemas/player'
import { requireStore } from '../client/stores'
import { useDb } from '../database'
import { Conflict, NotFound, Unprocessable } from '../errors'
import { randomToken, sha256Of } from '../hash'
import { useSettings } from '../settings/env'
import { publish } from './live'
import { pairingQr } from './pairing-qr'
import { getPlayer } from './players'

/** A code may be typed in for this long, ms. */
const CODE_VALID_MS = 600_000
/** An approved television may fetch its token for this long after the code has run out, ms. */
const TOKEN_KEPT_MS = 3_600_000

/**
 * A code for a television's screen, and the secret by which that television asks what became of it.
 * @param seenFrom the origin under which the television sees this server
 */
export async function startPairing(seenFrom: string): Promise<NewPairing> {
  const db = await useDb()
  const secret = randomToken()
  for (;;) {
    const code = Array.from({ length: PAIRING_CODE_LENGTH }, () => PAIRING_ALPHABET[randomInt(PAIRING_ALPHABET.length)]).join('')
    const [row] = await db.insert(pairing).values({ code, secret_sha256: sha256Of(secret), expires_at: new Date(Date.now() + CODE_VALID_MS) })
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
  const [row] = await db.select().from(pairing).where(and(eq(pairing.pairing_id, pairing_id), eq(pairing.secret_sha256, sha256Of(secret))))
  if (!row) throw new NotFound('There is no such pairing.', 'pairing_not_found')
  if (row.player_id) return { status: 'approved', token: playerToken(row.pairing_id) }
  return { status: row.approved_at || row.expires_at < new Date() ? 'expired' : 'pending' }
}

/**
 * Makes a player of the television that shows this code.
 * @param tx a transaction: of two people who type the same code, one succeeds
 * @throws NotFound, Conflict when the code was used, Unprocessable when it is too old
 */
export async function approvePairing(tx: Db, client_id: string, input: ReturnType<typeof ApprovePairingSchema.parse>): Promise<Player> {
  const [row] = await tx.select().from(pairing).where(eq(pairing.code, input.code)).for('update')
  if (!row) throw new NotFound('No screen shows this code.', 'pairing_code_unknown')
  if (row.approved_at) throw new Conflict('This code was used already.', 'pairing_code_used')
  if (row.expires_at < new Date()) throw new Unprocessable('pairing_code_expired', 'This code is too old. The screen shows a new one by now.', [{ path: 'code', message: 'is too old' }])
  await requireStore(tx, client_id, input.store_id)
  const [made] = await tx.insert(player).values({ client_id, store_id: input.store_id, name: input.name, token_sha256: sha256Of(playerToken(row.pairing_id)) }).returning()
  await tx.update(pairing).set({ approved_at: new Date(), player_id: made!.player_id }).where(eq(pairing.pairing_id, row.pairing_id))
  await publish(tx, client_id, { type: 'player_changed', player_id: made!.player_id })
  return getPlayer(client_id, made!.player_id, tx)
}

/** Forgets codes that nobody can use any more. */
export async function forgetOldPairings(now = new Date()): Promise<void> {
  const db = await useDb()
  await db.delete(pairing).where(lt(pairing.expires_at, new Date(now.getTime() - TOKEN_KEPT_MS)))
}

/** Derived, so that the token itself is nowhere in the database and a lost answer can be given again. */
function playerToken(pairing_id: string): string {
  return `mfp_${createHmac('sha256', useSettings().AUTH_SECRET).update(`player:${pairing_id}`).digest('base64url')}`
}
