import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { notify, type Db } from '../../../db/client'
import { player } from '../../../db/schema'
import { CLOSE_CODES, PROTOCOL_VERSION, type PlayerStatus, type ServerToDashboard, type ServerToPlayer } from '../../../shared/protocol'
import { wallClockOf } from '../../../shared/utils/utc-offset'
import type { PlayerPrincipal } from '../client/access'
import { useDatabase, useDb } from '../database'
import { useLogger } from '../logger'
import { useSettings } from '../settings/env'
import { renewProgrammes, type ProgrammeHolder } from './programme-sender'
import { touchProgrammes } from './programme-version'
import { toAirItem, waitingPlays } from './waiting'

/** The one channel between instances. Only ids travel on it. */
const CHANNEL = 'mediaflow_live'
/** `pg_notify` takes 7,999 bytes; an id with its comma takes 39. */
const IDS_PER_NOTICE = 150

const NoticeSchema = z.discriminatedUnion('kind', [
  /** There is something to deliver to these players; `again`: what they were told already has changed. */
  z.object({ kind: z.literal('deliver'), player_ids: z.array(z.string()), again: z.boolean().optional() }),
  /** What this client's players are to air by themselves may have changed. */
  z.object({ kind: z.literal('programme'), client_id: z.string() }),
  z.object({ kind: z.literal('command'), player_id: z.string(), message: z.custom<ServerToPlayer>() }),
  /** This player is connected by that socket: any other is stale. */
  z.object({ kind: z.literal('connected'), player_id: z.string(), connection_id: z.string() }),
  z.object({ kind: z.literal('unpaired'), player_id: z.string() }),
  z.object({ kind: z.literal('event'), client_id: z.string(), event: z.custom<ServerToDashboard>() }),
])
type Notice = z.infer<typeof NoticeSchema>

/** A player's socket in this process. */
export interface PlayerConnection {
  connection_id: string
  player: PlayerPrincipal
  send: (message: ServerToPlayer) => void
  close: (code: number, reason: string) => void
}

/** A dashboard's socket in this process. */
export interface DashboardConnection {
  client_id: string
  send: (message: ServerToDashboard) => void
  close: (code: number, reason: string) => void
}

/** A socket, with what it was sent: live messages and its programme. */
type Connected = PlayerConnection & ProgrammeHolder & { sent: Set<string> }

const players = new Map<string, Connected>()
const dashboards = new Set<DashboardConnection>()

/** Begins to hear the other instances. Missed notices cost nothing: on every (re)connection the rows are read again. */
export async function startLive(): Promise<void> {
  const database = await useDatabase()
  await database.listen(CHANNEL, payload => handle(NoticeSchema.parse(JSON.parse(payload))), () => {
    for (const player_id of players.keys()) void deliver(player_id)
    void sendAllProgrammes()
  })
}

/** Takes a player's socket on: the row knows it, an older socket is let go, and what waits is delivered. */
export async function connectPlayer(connection: PlayerConnection, hello: { version: string, status?: PlayerStatus, programme_version?: string }): Promise<void> {
  const { player_id, client_id } = connection.player
  const settings = useSettings()
  const now = new Date()
  const db = await useDb()
  await db.transaction(async (tx) => {
    await tx.update(player).set({ connection_id: connection.connection_id, connected_at: now, last_seen_at: now, version: hello.version, ...(hello.status && { status: hello.status }) })
      .where(eq(player.player_id, player_id))
    await send(tx, { kind: 'connected', player_id, connection_id: connection.connection_id })
    await publish(tx, client_id, { type: 'player_changed', player_id })
  })
  const { name, store_id, store_name, client_name, time_zone, volume } = connection.player
  connection.send({
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    server_time: new Date().toISOString(),
    player: { player_id, name, store_id, store_name, client_name, time_zone },
    settings: {
      volume,
      heartbeat_interval_ms: settings.WS_HEARTBEAT_INTERVAL,
      reconnect_interval_ms: settings.WS_RECONNECT_INTERVAL,
      wall_clock: wallClockOf(time_zone, now.getTime()),
    },
  })
  // Only now: nothing may be delivered before the welcome.
  const older = players.get(player_id)
  const connected: Connected = { ...connection, sent: new Set(), programme_version: hello.programme_version }
  players.set(player_id, connected)
  older?.close(CLOSE_CODES.replaced, 'connected elsewhere')
  await deliver(player_id)
  await renewProgrammes(client_id, [connected], 0)
}

/** Lets a player's socket go; does nothing when a newer one has taken over. */
export async function disconnectPlayer({ connection_id, player: { player_id, client_id } }: PlayerConnection): Promise<void> {
  if (players.get(player_id)?.connection_id === connection_id) players.delete(player_id)
  const db = await useDb()
  const changed = await db.update(player).set({ connection_id: null, last_seen_at: new Date() })
    .where(and(eq(player.player_id, player_id), eq(player.connection_id, connection_id))).returning({ player_id: player.player_id })
  if (changed.length) await publish(db, client_id, { type: 'player_changed', player_id })
}

/** Notes that a player is alive, and how it is. */
export async function seePlayer({ connection_id, player: { player_id, client_id } }: PlayerConnection, status?: PlayerStatus): Promise<void> {
  const db = await useDb()
  await db.update(player).set({ last_seen_at: new Date(), connection_id, ...(status && { status }) }).where(eq(player.player_id, player_id))
  if (status) await publish(db, client_id, { type: 'player_changed', player_id })
}

/** Keeps the volume that somebody chose at the player itself. */
export async function keepVolume({ player: principal }: PlayerConnection, volume: number): Promise<void> {
  principal.volume = volume
  const db = await useDb()
  await db.update(player).set({ volume, updated_at: new Date() }).where(eq(player.player_id, principal.player_id))
  await publish(db, principal.client_id, { type: 'player_changed', player_id: principal.player_id })
}

/** Adds a dashboard's socket. @returns takes it away */
export function connectDashboard(connection: DashboardConnection): () => void {
  dashboards.add(connection)
  connection.send({ type: 'ready', server_time: new Date().toISOString() })
  return () => dashboards.delete(connection)
}

/**
 * Wakes the instances that hold these players: there are rows to deliver.
 * @param again also those that were delivered and wait: something about them has changed
 */
export async function wakePlayers(tx: Db, playerIds: string[], again = false): Promise<void> {
  for (let i = 0; i < playerIds.length; i += IDS_PER_NOTICE) {
    await send(tx, { kind: 'deliver', player_ids: playerIds.slice(i, i + IDS_PER_NOTICE), ...again && { again } })
  }
}

/** Sends a message to one player, if it is connected anywhere. */
export function commandPlayer(tx: Db, player_id: string, message: ServerToPlayer): Promise<void> {
  return send(tx, { kind: 'command', player_id, message })
}

/** Tells a player that its pairing is gone, and closes its socket. */
export function dismissPlayer(tx: Db, player_id: string): Promise<void> {
  return send(tx, { kind: 'unpaired', player_id })
}

/** Tells the client's dashboards, in every instance, which row changed; and its players, where that changes what they air. */
export async function publish(tx: Db, client_id: string, event: ServerToDashboard): Promise<void> {
  await send(tx, { kind: 'event', client_id, event })
  if (await touchProgrammes(tx, client_id, event)) await announceProgrammes(tx, client_id)
}

/** Has the client's connected players told what they are to air by themselves, where that is not what they know. */
export function announceProgrammes(tx: Db, client_id: string): Promise<void> {
  return send(tx, { kind: 'programme', client_id })
}

/** {@link publish} for a message of the library. */
export function announceMessage(tx: Db, client_id: string, audio_id: string): Promise<void> {
  return publish(tx, client_id, { type: 'message_changed', audio_id })
}

function send(tx: Db, notice: Notice): Promise<void> {
  return notify(tx, CHANNEL, JSON.stringify(notice))
}

function handle(notice: Notice): void {
  switch (notice.kind) {
    case 'deliver':
      for (const player_id of notice.player_ids) void deliver(player_id, notice.again)
      break
    case 'programme':
      void renewProgrammes(notice.client_id, connectedOf(notice.client_id))
      break
    case 'command': {
      const connection = players.get(notice.player_id)
      connection?.send(notice.message)
      if (connection && notice.message.type === 'set_volume') connection.player.volume = notice.message.volume
      break
    }
    case 'connected': {
      const connection = players.get(notice.player_id)
      // Ids sort by time: a late notice about an older socket must not end the newer one.
      if (connection && connection.connection_id < notice.connection_id) {
        players.delete(notice.player_id)
        connection.close(CLOSE_CODES.replaced, 'connected elsewhere')
      }
      break
    }
    case 'unpaired': {
      const connection = players.get(notice.player_id)
      players.delete(notice.player_id)
      connection?.send({ type: 'unpaired' })
      connection?.close(CLOSE_CODES.unpaired, 'unpaired')
      break
    }
    case 'event':
      for (const dashboard of dashboards) if (dashboard.client_id === notice.client_id) dashboard.send(notice.event)
  }
}

/** Sends a connected player every live message that still waits for it; each once for each socket. */
async function deliver(player_id: string, again = false): Promise<void> {
  const connection = players.get(player_id)
  if (!connection) return
  try {
    for (const row of await waitingPlays(player_id)) {
      if ((connection.sent.has(row.play_id) && !again) || !row.audio_id) continue
      connection.sent.add(row.play_id)
      connection.send({ type: 'air', item: toAirItem(row) })
    }
  }
  catch (error) {
    useLogger('player').error({ err: error, player_id }, 'delivery failed')
  }
}

const connectedOf = (client_id: string) => [...players.values()].filter(({ player }) => player.client_id === client_id)

/** Makes true: every connected player of this instance knows what it is to air for the next 48 hours. Safe to run twice. */
export async function sendAllProgrammes(): Promise<void> {
  const clients = new Set([...players.values()].map(({ player }) => player.client_id))
  for (const client_id of clients) await renewProgrammes(client_id, connectedOf(client_id), 0)
}
