import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { air, play, store } from '../../../db/schema'
import type { Play, PlayReach } from '../../../shared/schemas/player'
import { dayOf, startOfDay } from '../../../shared/utils/zoned-day'
import { useDb } from '../database'
import { heardAt } from './play-log'

type AtStore = PlayReach['unheard'][number] & { audio_id: string, heard: boolean, open: boolean }

/**
 * In which stores these messages were heard: with their last live sending, and with what was due today. A store has heard
 * a message when one of its players has; where none has, the last of them says why.
 * @param time_zone where today begins
 * @returns one for each message that was ever sent or is due today; in the order of the ids
 */
export async function reachOf(clientId: string, audioIds: string[], time_zone: string): Promise<PlayReach[]> {
  const byMessage = Map.groupBy(await storesOf(clientId, audioIds, startOfDay(dayOf(new Date().toISOString(), time_zone), time_zone)), row => row.audio_id)
  return [...new Set(audioIds)].flatMap((audio_id) => {
    const stores = byMessage.get(audio_id)
    if (!stores) return []
    const heard = stores.filter(row => row.heard).length
    const open = stores.filter(row => !row.heard && row.open).length
    const unheard = stores.filter(row => !row.heard)
      .map(({ store_id, store_name, status, reason, reason_by }) => ({ store_id, store_name, status, reason, reason_by }))
      .sort((a, b) => a.store_name.localeCompare(b.store_name))
    return [{ audio_id, stores: stores.length, heard, open, missed: stores.length - heard - open, unheard }]
  })
}

/** What became of each message in each store. */
async function storesOf(clientId: string, audioIds: string[], today: Date): Promise<AtStore[]> {
  const db = await useDb()
  const lastAir = db.selectDistinctOn([air.audio_id], { air_id: air.air_id }).from(air)
    .where(and(eq(air.client_id, clientId), inArray(air.audio_id, audioIds))).orderBy(air.audio_id, sql`${air.air_id} desc`)
  const counted = and(
    eq(play.client_id, clientId), inArray(play.audio_id, audioIds),
    sql`(${inArray(play.air_id, lastAir)} or ${and(isNotNull(play.due_at), sql`${play.due_at} >= ${today.toISOString()}::timestamptz`)})`,
  )
  const name = sql<string>`coalesce(${store.name}, ${play.store_name})`
  /** Of the last play there. */
  const last = <T>(column: T) => sql`(array_agg(${column} order by ${heardAt} desc, ${play.play_id} desc))[1]`
  return db.select({
    audio_id: sql<string>`${play.audio_id}`,
    store_id: sql<string | null>`${play.store_id}`,
    store_name: name,
    heard: sql<boolean>`bool_or(${play.status} = 'played')`,
    open: sql<boolean>`bool_or(${play.status} in ('pending', 'delivered', 'playing'))`,
    status: sql<Play['status']>`${last(play.status)}`,
    reason: sql<Play['reason']>`${last(play.reason)}`,
    reason_by: sql<string | null>`${last(play.reason_by)}`,
  }).from(play).leftJoin(store, eq(store.store_id, play.store_id)).where(counted).groupBy(play.audio_id, play.store_id, name)
}
