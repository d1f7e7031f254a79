import { and, eq, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import { player } from '../../../db/schema'
import type { PlayerStatus } from '../../../shared/protocol'
import { useDb } from '../database'
import { gather } from '../gather'
import { sendNotices, type Notice } from './notices'

/*
 * Who is there, in the rows. After a restart thousands of players come back within seconds, and each says now and then
 * that it is alive: what comes in one moment is one statement.
 */
const AT_ONCE = 500
const CONNECTING_WITHIN_MS = 20
/** Being alive is no news: it may wait. */
const SEEN_WITHIN_MS = 1_000
const STATUS_WITHIN_MS = 100

/** A socket, as its row has to know it. */
interface Sighting {
  player_id: string
  client_id: string
  connection_id: string
  at: Date
}

export interface Arrival extends Sighting {
  /** Of the token that opened the socket: if it is none of the player's any more, nothing is noted. */
  token_sha256: string
  address: string
  version: string
  status?: PlayerStatus
  /** What its program says that it can. */
  features: string[]
}

/** What a row says that a socket may not know yet. */
export interface Arrived { volume: number, muted: boolean, token_since: Date }

const changed = ({ client_id, player_id }: Pick<Sighting, 'client_id' | 'player_id'>): Notice => ({ kind: 'event', client_id, event: { type: 'player_changed', player_id } })

/** The last word about each player, by its id: an id of a connection sorts by time. */
function latest<T extends Sighting>(all: readonly T[]): T[] {
  const found = new Map<string, T>()
  for (const one of all) {
    const other = found.get(one.player_id)
    if (!other || other.connection_id <= one.connection_id) found.set(one.player_id, one)
  }
  return [...found.values()]
}

/** What a statement joins to the players' rows: one line each. */
const lines = (rows: readonly object[], columns: SQL) => sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as said(${columns})`
const theirs = eq(player.player_id, sql`said.player_id`)

/**
 * The row knows this socket from now on, and every instance that any other of this player is stale.
 * @returns null when the player has another token by now, or is unpaired
 */
export const noteArrival = gather<Arrival, Arrived | null>(async (arrivals) => {
  const db = await useDb()
  const rows = latest(arrivals)
  const noted = await db.transaction(async (tx) => {
    const found = await tx.update(player).set({
      connection_id: sql`said.connection_id`, connected_at: sql`said.at`, last_seen_at: sql`said.at`, version: sql`said.version`, address: sql`said.address`,
      status: sql`coalesce(said.status, ${player.status})`, features: sql`said.features`,
    }).from(lines(rows, sql`player_id uuid, connection_id uuid, at timestamptz, version text, address text, status jsonb, features text[], token_sha256 text`))
      .where(and(theirs, or(eq(player.token_sha256, sql`said.token_sha256`), eq(player.next_token_sha256, sql`said.token_sha256`))))
      .returning({ player_id: player.player_id, volume: player.volume, muted: player.muted, token_since: player.token_since })
    const known = new Map(found.map(({ player_id, ...row }) => [player_id, row]))
    await sendNotices(tx, ...rows.filter(row => known.has(row.player_id))
      .flatMap((row): Notice[] => [{ kind: 'connected', player_id: row.player_id, connection_id: row.connection_id }, changed(row)]))
    return known
  })
  const current = new Map(rows.map(row => [row.player_id, row.token_sha256]))
  return arrivals.map(({ player_id, token_sha256 }) => token_sha256 === current.get(player_id) ? noted.get(player_id) ?? null : null)
}, { within_ms: CONNECTING_WITHIN_MS, most: AT_ONCE })

/** The row knows no socket any more, unless it is another one by now. */
export const noteDeparture = gather<Sighting, null>(async (departures) => {
  const db = await useDb()
  await db.transaction(async (tx) => {
    const gone = await tx.update(player).set({ connection_id: null, last_seen_at: sql`said.at` })
      .from(lines(departures, sql`player_id uuid, connection_id uuid, at timestamptz`)).where(and(theirs, eq(player.connection_id, sql`said.connection_id`)))
      .returning({ player_id: player.player_id, client_id: player.client_id })
    await sendNotices(tx, ...gone.map(changed))
  })
  return departures.map(() => null)
}, { within_ms: CONNECTING_WITHIN_MS, most: AT_ONCE })

async function noteSightings(sightings: readonly (Sighting & { status?: PlayerStatus })[]): Promise<null[]> {
  const db = await useDb()
  const told = latest(sightings.filter(sighting => sighting.status))
  const rows = latest(sightings).map(row => ({ ...row, status: told.find(other => other.player_id === row.player_id)?.status }))
  await db.transaction(async (tx) => {
    await tx.update(player).set({ connection_id: sql`said.connection_id`, last_seen_at: sql`said.at`, status: sql`coalesce(said.status, ${player.status})` })
      .from(lines(rows, sql`player_id uuid, connection_id uuid, at timestamptz, status jsonb`))
      .where(and(theirs, or(eq(player.connection_id, sql`said.connection_id`), and(isNull(player.connection_id), lt(player.last_seen_at, sql`said.at`)))))
    await sendNotices(tx, ...told.map(changed))
  })
  return sightings.map(() => null)
}

/** The player is alive. A socket that a sweep took for dead is noted again; one that has left since is not. */
export const noteSighting = gather<Sighting, null>(noteSightings, { within_ms: SEEN_WITHIN_MS, most: AT_ONCE })

/** {@link noteSighting} of one that says how it is, which dashboards hear of. */
export const noteStatus = gather<Sighting & { status: PlayerStatus }, null>(noteSightings, { within_ms: STATUS_WITHIN_MS, most: AT_ONCE })
