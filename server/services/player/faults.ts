import { and, desc, eq, inArray, lt } from 'drizzle-orm'
import { playerFault } from '../../../db/schema'
import type { PlayerFault } from '../../../shared/protocol'
import type { PlayerFaultRow } from '../../../shared/schemas/player'
import type { PlayerPrincipal } from '../client/access'
import { useDb } from '../database'
import { publish } from './live'
import { requireTargets } from './targets'

/** So many of each player are kept, and for so long, ms. */
export const MOST_FAULTS = 200
const KEPT_MS = 30 * 86_400_000

/** Puts on record what a player's watchdogs noticed. Told again, it changes no more than how it ended. */
export async function recordFaults({ player_id, client_id }: PlayerPrincipal, faults: PlayerFault[]): Promise<void> {
  const db = await useDb()
  await db.transaction(async (tx) => {
    for (const { fault_id, kind, detail, recovery, recovered_at, at } of faults) {
      const values = { kind, detail, recovery, at: notInFuture(at), recovered_at: recovered_at ? notInFuture(recovered_at) : null }
      await tx.insert(playerFault).values({ fault_id, client_id, player_id, ...values })
        .onConflictDoUpdate({ target: playerFault.fault_id, set: { recovery: values.recovery, recovered_at: values.recovered_at }, setWhere: eq(playerFault.player_id, player_id) })
    }
    const tooMany = await tx.select({ fault_id: playerFault.fault_id }).from(playerFault).where(eq(playerFault.player_id, player_id))
      .orderBy(desc(playerFault.at), desc(playerFault.fault_id)).offset(MOST_FAULTS).limit(500)
    if (tooMany.length) await tx.delete(playerFault).where(inArray(playerFault.fault_id, tooMany.map(row => row.fault_id)))
    await publish(tx, client_id, { type: 'fault_changed', fault_id: faults[0]!.fault_id, player_id })
  })
}

/** The faults of a player, the latest first. @throws NotFound */
export async function listFaults(clientId: string, playerId: string): Promise<PlayerFaultRow[]> {
  const db = await useDb()
  await requireTargets(db, clientId, { players: [playerId] })
  const rows = await db.select().from(playerFault).where(and(eq(playerFault.client_id, clientId), eq(playerFault.player_id, playerId)))
    .orderBy(desc(playerFault.at), desc(playerFault.fault_id)).limit(MOST_FAULTS)
  return rows.map(({ fault_id, player_id, kind, detail, at, recovery, recovered_at }) => ({
    fault_id, player_id, kind, detail, recovery, at: at.toISOString(), recovered_at: recovered_at?.toISOString() ?? null,
  }))
}

/** Forgets faults that are too old. Safe to run twice. */
export async function forgetOldFaults(now = new Date()): Promise<void> {
  const db = await useDb()
  await db.delete(playerFault).where(lt(playerFault.created_at, new Date(now.getTime() - KEPT_MS)))
}

/** A television's clock may be wrong: nothing was noticed later than now. */
function notInFuture(instant: string): Date {
  return new Date(Math.min(Date.parse(instant), Date.now()))
}
