import { createHmac, timingSafeEqual } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator'
import { player, store } from '../../../db/schema'
import { DAY_MS, dayName, dayNumberAt, instantOf } from '../../../shared/utils/wall-clock'
import { useDb } from '../database'
import { NotFound } from '../errors'
import { sha256Of } from '../hash'
import { useSettings } from '../settings/env'
import { laidAt, type LaidOccurrence } from './laid'
import { futurePlan, pastPlan } from './past'
import { planOf } from './plan'

/** A feed reaches from so many days before the store's today to so many after it. */
export const FEED_DAYS_BACK = 14
export const FEED_DAYS_AHEAD = 60
/** More than any calendar shows with use: what is due later than so many comes on another day. */
const MOST_EVENTS = 10_000
/** Calendars are asked to look again after this time, s. */
export const FEED_FRESH_S = 900
/** So many are kept made. */
const MOST_KEPT = 50
/** Of the signature, base64url of a SHA-256. */
const TOKEN = /^([0-9a-f]{32})([\w-]{43})$/
/** What no calendar may hold. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/g

type StoreRow = typeof store.$inferSelect
export interface Feed {
  body: string
  etag: string
}

/**
 * What opens a store's feed: its id, signed. Nowhere in the database, and another one when the store's generation counts
 * up.
 */
function tokenOf({ store_id, feed_generation }: Pick<StoreRow, 'store_id' | 'feed_generation'>): string {
  const signature = createHmac('sha256', useSettings().AUTH_SECRET).update(`feed:${store_id}:${feed_generation}`).digest('base64url')
  return `${store_id.replaceAll('-', '')}${signature}`
}

/**
 * The secret address of a store's calendar feed.
 * @param origin of the asking person, where no public address is set, e.g. `https://radio.example`
 * @throws NotFound
 */
export async function feedAddress(clientId: string, storeId: string, origin: string): Promise<{ url: string }> {
  const db = await useDb()
  const [row] = await db.select().from(store).where(and(eq(store.client_id, clientId), eq(store.store_id, storeId)))
  return addressOf(row, origin)
}

/**
 * Makes a new address; the one before opens nothing any more.
 * @throws NotFound
 */
export async function rotateFeed(clientId: string, storeId: string, origin: string): Promise<{ url: string }> {
  const db = await useDb()
  const [row] = await db.update(store).set({ feed_generation: sql`${store.feed_generation} + 1` }).where(and(eq(store.client_id, clientId), eq(store.store_id, storeId))).returning()
  return addressOf(row, origin)
}

function addressOf(row: StoreRow | undefined, origin: string): { url: string } {
  if (!row) throw new NotFound('There is no such store.', 'store_not_found')
  return { url: `${useSettings().APP_URL ?? origin}/feeds/${tokenOf(row)}.ics` }
}

/**
 * The calendar of the store whose feed a token opens, as iCalendar (RFC 5545).
 * @throws NotFound for a token that opens none, or does no more
 */
export async function readFeed(token: string): Promise<Feed> {
  const hex = TOKEN.exec(token)?.[1]
  if (!hex) throw new NotFound()
  const db = await useDb()
  const store_id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  const [row] = await db.select().from(store).where(eq(store.store_id, store_id))
  if (!row || !timingSafeEqual(Buffer.from(tokenOf(row)), Buffer.from(token))) throw new NotFound()
  return feedOf(row)
}

const made = new Map<string, Promise<Feed>>()

/** Made once for each day and whatever it is made of. */
async function feedOf(row: StoreRow, now = Date.now()): Promise<Feed> {
  const { version } = await planOf(row.client_id)
  const today = dayNumberAt(now, row.time_zone)
  const key = [row.store_id, version, row.updated_at.getTime(), today].join(' ')
  const kept = made.get(key)
  if (kept) return kept
  if (made.size >= MOST_KEPT) made.delete(made.keys().next().value!)
  const making = makeFeed(row, today, now)
  made.set(key, making)
  making.catch(() => made.delete(key))
  return making
}

async function makeFeed(row: StoreRow, today: number, now: number): Promise<Feed> {
  const items = await occurrencesOf(row, today, now)
  const calendar = ical({
    name: printable(row.name), prodId: { company: 'MediaFlow', product: 'Calendar', language: 'EN' }, method: ICalCalendarMethod.PUBLISH, ttl: FEED_FRESH_S,
    x: [['X-WR-TIMEZONE', row.time_zone]],
  })
  for (const item of items.slice(0, MOST_EVENTS)) calendar.createEvent(toEvent(item))
  const body = calendar.toString()
  return { body, etag: `"${sha256Of(body).slice(0, 32)}"` }
}

/** What was laid out then, and what is now. */
async function occurrencesOf({ client_id, store_id, time_zone, created_at }: StoreRow, today: number, now: number): Promise<LaidOccurrence[]> {
  const midnight = (days: number) => instantOf(dayName(today + days), 0, time_zone)
  const before = { from: Math.max(midnight(-FEED_DAYS_BACK), created_at.getTime()), to: now }
  const after = { from: now, to: midnight(FEED_DAYS_AHEAD) }
  const db = await useDb()
  const rows = await db.select({ player_id: player.player_id }).from(player).where(eq(player.store_id, store_id)).orderBy(player.player_id)
  const players = rows.map(row => row.player_id)
  const past = before.to > before.from ? laidAt(await pastPlan(client_id, before), store_id, before, { players, kept: true }) : []
  const plan = await futurePlan(client_id, after)
  const items = past
  for (let from = after.from; from < after.to && items.length < MOST_EVENTS; from += 7 * DAY_MS) {
    const piece = laidAt(plan, store_id, { from, to: Math.min(from + 7 * DAY_MS, after.to) }, { players, kept: true })
    for (const item of piece) items.push(item)
    // Other requests may go first.
    await new Promise(setImmediate)
  }
  return items
}

/** Where it was moved it stands where it will be heard; what is left out is there as cancelled. Instants are in UTC: no calendar needs to know a zone. */
function toEvent({ due_ms, starts_ms, ends_ms, verdict, by, because, sound, store_id, player_ids, rule: { schedule } }: LaidOccurrence) {
  const players = player_ids ? `-${sha256Of(player_ids.join()).slice(0, 8)}` : ''
  return {
    id: `${schedule.schedule_id}-${due_ms}-${store_id}${players}@mediaflow`,
    start: new Date(starts_ms),
    end: new Date(Math.max(ends_ms, starts_ms + 1_000)),
    summary: printable(schedule.name ?? sound.title),
    description: printable(sound.text),
    // The same as long as the schedule says the same.
    stamp: schedule.changed_at,
    lastModified: schedule.changed_at,
    sequence: schedule.version,
    status: verdict === 'dropped' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    transparency: ICalEventTransparency.TRANSPARENT,
    x: [
      ['X-MEDIAFLOW-DUE', new Date(due_ms).toISOString()],
      ...verdict === 'airs' ? [] : [['X-MEDIAFLOW-VERDICT', verdict]],
      ...by ? [['X-MEDIAFLOW-RULE', by]] : [],
      ...because ? [['X-MEDIAFLOW-BECAUSE', printable(because)]] : [],
    ] as [string, string][],
  }
}

const printable = (text: string): string => text.replaceAll('\r\n', '\n').replace(CONTROLS, ' ')
