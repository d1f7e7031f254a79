import { and, gt, isNotNull, sql, type SQL } from 'drizzle-orm'
import { player } from '../../../db/schema'
import { useSettings } from '../settings/env'

/**
 * SQL: whether a player is connected now. Its socket is on record and it was heard within two heartbeats,
 * so that players of an instance that died count as away.
 */
export function isOnline(): SQL<boolean> {
  const silentSince = new Date(Date.now() - onlineWindowMs())
  return sql<boolean>`${and(isNotNull(player.connection_id), gt(player.last_seen_at, silentSince))}`
}

/** How long a player may be silent and still count as online, ms. */
export function onlineWindowMs(): number {
  return Math.max(45_000, 2 * useSettings().WS_HEARTBEAT_INTERVAL)
}
