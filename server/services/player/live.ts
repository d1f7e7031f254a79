import { eq } from 'drizzle-orm'
import type { Db } from '../../../db/client'
import { player } from '../../../db/schema'
import { CLOSE_CODES, PROTOCOL_VERSION, type PlayerStatus, type ServerToDashboard, type ServerToPlayer } from '../../../shared/protocol'
import { wallClockOf } from '../../../shared/utils/utc-offset'
import type { PlayerPrincipal, TokenHolder } from '../client/access'
import { DatabaseClosed, useDatabase, useDb } from '../database'
import { gather } from '../gather'
import { useLogger } from '../logger'
import { lastPlanOf } from '../schedule/plan'
import { useSettings } from '../settings/env'
import { sendCommands, type CommandTaker } from './command-sender'
import { LIVE_CHANNEL, readNotice, sendNotices, type Notice } from './notices'
import { noteArrival, type Arrived, noteDeparture, noteSighting, noteStatus } from './presence'
import { lookOf } from './programme-settings'
import { renewProgrammes, type ProgrammeHolder } from './programme-sender'
import { touchProgrammes } from './programme-version'
import { renewedToken } from './tokens'
import { stoppedPlays, toAirItem, waitingPlays } from './waiting'

/** `pg_notify` takes 7,999 bytes; an id with its comma takes 39. */
const IDS_PER_NOTICE = 150
/** Sockets that come in one moment, as after a restart, are served by one query. */
const ARRIVING = { within_ms: 20, most: 500 }

/** A player's socket in this process. */
export interface PlayerConnection {
  connection_id: string
  player: TokenHolder
  /** Where it comes from. */
  address: string
  send: (message: ServerToPlayer) => void
  close: (code: number, reason: string) => void
}

/** What a player says of itself when it comes. */
export interface Greeting { version: string, status?: PlayerStatus, programme_version?: string, features?: string[] }

/** A dashboard's socket in this process. */
export interface DashboardConnection {
  client_id: string
  send: (message: ServerToDashboard) => void
  close: (code: number, reason: string) => void
}

/** A socket, with what it was sent: live messages, stops and its programme. */
type Connected = PlayerConnection & ProgrammeHolder & CommandTaker & { sent: Set<string>, stopped: Set<string> }

const players = new Map<string, Connected>()
const dashboards = new Set<DashboardConnection>()

/** Begins to hear the other instances. Missed notices cost nothing: on every (re)connection the rows are read again. */
export async function startLive(): Promise<void> {
  const database = await useDatabase()
  await database.listen(LIVE_CHANNEL, payload => handle(readNotice(payload)), () => {
    void deliverAll([...players.keys()])
    void sendAllProgrammes()
  })
}

/**
 * Takes a player's socket on: the row knows it, an older socket is let go, and what waits is delivered. A player that was
 * unpaired since it opened the socket is told so.
 */
export async function connectPlayer(connection: PlayerConnection, hello: Greeting): Promise<void> {
  const { connection_id, address, player: { player_id, client_id, token_sha256 } } = connection
  const now = new Date()
  const { version, status, features = [] } = hello
  const arrived = await noteArrival({ player_id, client_id, connection_id, token_sha256, address, at: now, version, status, features })
  if (!arrived) return refuse(connection)
  connection.send(await welcomeOf(connection.player, arrived))
  // Only now: nothing may be delivered before the welcome.
  const older = players.get(player_id)
  const started_at = status?.started_at ? new Date(status.started_at) : null
  const connected: Connected = { ...connection, features, started_at, sent: new Set(), stopped: new Set(), programme_version: hello.programme_version }
  players.set(player_id, connected)
  older?.close(CLOSE_CODES.replaced, 'connected elsewhere')
  if (features.includes('token')) await renewToken(connected, arrived.token_since)
  await deliverArriving(player_id)
  await renewProgrammes(client_id, [connected])
}

/** What a player is told first: who it is, and how it is set. */
export async function welcomeOf({ player_id, client_id, name, store_id, store_name, client_name, time_zone }: PlayerPrincipal, { volume, muted }: Pick<Arrived, 'volume' | 'muted'>): Promise<ServerToPlayer> {
  const settings = useSettings()
  const now = new Date()
  return {
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    server_time: now.toISOString(),
    player: { player_id, name, store_id, store_name, client_name, time_zone },
    settings: {
      volume,
      muted,
      heartbeat_interval_ms: settings.WS_HEARTBEAT_INTERVAL,
      reconnect_interval_ms: settings.WS_RECONNECT_INTERVAL,
      wall_clock: wallClockOf(time_zone, now.getTime()),
      // What is newer comes with the programme, right behind this.
      look: lookOf((await lastPlanOf(client_id)).look),
    },
  }
}

/** A socket that was opened with a token that is not in force any more. */
async function refuse(connection: PlayerConnection): Promise<void> {
  const db = await useDb()
  const is_paired = await db.$count(player, eq(player.player_id, connection.player.player_id))
  // With the right token it may come back.
  if (is_paired) connection.close(CLOSE_CODES.restart, 'another token')
  else dismiss(connection)
}

function dismiss(connection: PlayerConnection): void {
  connection.send({ type: 'unpaired' })
  connection.close(CLOSE_CODES.unpaired, 'unpaired')
}

async function renewToken({ send, player: { player_id } }: PlayerConnection, token_since: Date): Promise<void> {
  const token = await renewedToken(await useDb(), player_id, token_since)
  if (token) send({ type: 'token', token })
}

/** Lets a player's socket go; does nothing when a newer one has taken over. */
export async function disconnectPlayer({ connection_id, player: { player_id, client_id } }: PlayerConnection): Promise<void> {
  if (players.get(player_id)?.connection_id === connection_id) players.delete(player_id)
  await noteDeparture({ player_id, client_id, connection_id, at: new Date() })
}

/** Notes that a player is alive, and how it is. Nobody waits for it. */
export function seePlayer({ connection_id, player: { player_id, client_id } }: PlayerConnection, status?: PlayerStatus): void {
  const sighting = { player_id, client_id, connection_id, at: new Date() }
  const noted = status ? noteStatus({ ...sighting, status }) : noteSighting(sighting)
  noted.catch((error) => {
    if (!(error instanceof DatabaseClosed)) useLogger('player').error({ err: error, player_id }, 'a player was seen, but not noted')
  })
}

/** Keeps the volume that somebody chose at the player itself. */
export async function keepVolume(principal: PlayerPrincipal, volume: number): Promise<void> {
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
 * @param about.what which; live messages, if nothing is said
 * @param about.again also those that were delivered and wait: something about them has changed
 */
export async function wakePlayers(tx: Db, playerIds: string[], about: { what?: 'commands' | 'stops', again?: boolean } = {}): Promise<void> {
  const parts = Array.from({ length: Math.ceil(playerIds.length / IDS_PER_NOTICE) }, (_, part) => playerIds.slice(part * IDS_PER_NOTICE, (part + 1) * IDS_PER_NOTICE))
  await sendNotices(tx, ...parts.map((player_ids): Notice => ({ kind: 'deliver', player_ids, ...about })))
}

/**
 * Tells a player that its pairing is gone, and closes its socket.
 * @param but_sha256 a socket that was opened with this token stays: the place has a new television
 */
export function dismissPlayer(tx: Db, player_id: string, but_sha256?: string): Promise<void> {
  return sendNotices(tx, { kind: 'unpaired', player_id, ...but_sha256 && { but_sha256 } })
}

/** Tells the client's dashboards, in every instance, which row changed; and its players, where that changes what they air. */
export async function publish(tx: Db, client_id: string, event: ServerToDashboard): Promise<void> {
  await sendNotices(tx, { kind: 'event', client_id, event })
  if (await touchProgrammes(tx, client_id, event)) await announceProgrammes(tx, client_id)
}

/** Has the client's connected players told what they are to air by themselves, where that is not what they know. */
export function announceProgrammes(tx: Db, client_id: string): Promise<void> {
  return sendNotices(tx, { kind: 'programme', client_id })
}

/** {@link publish} for a message of the library. */
export function announceMessage(tx: Db, client_id: string, audio_id: string): Promise<void> {
  return publish(tx, client_id, { type: 'message_changed', audio_id })
}

function handle(notice: Notice): void {
  switch (notice.kind) {
    case 'deliver':
      void DELIVER[notice.what ?? 'plays'](notice.player_ids, notice.again)
      break
    case 'programme':
      void renewProgrammes(notice.client_id, connectedOf(notice.client_id))
      break
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
      if (!connection || connection.player.token_sha256 === notice.but_sha256) break
      players.delete(notice.player_id)
      dismiss(connection)
      break
    }
    case 'event':
      for (const dashboard of dashboards) if (dashboard.client_id === notice.client_id) dashboard.send(notice.event)
  }
}

const DELIVER = {
  /** Every live message that still waits for them; each once for each socket. */
  plays: (playerIds: readonly string[], again = false) => delivering(playerIds, async (here) => {
    for (const row of await waitingPlays(here)) {
      const connection = players.get(row.player_id!)
      if (!connection || (connection.sent.has(row.play_id) && !again) || !row.audio_id) continue
      connection.sent.add(row.play_id)
      connection.send({ type: 'air', item: toAirItem(row) })
    }
  }),
  /** What is not to be heard any more; each once for each socket. */
  stops: (playerIds: readonly string[]) => delivering(playerIds, async (here) => {
    for (const { play_id, player_id, by } of await stoppedPlays(here)) {
      const connection = players.get(player_id!)
      if (!connection || connection.stopped.has(play_id)) continue
      connection.stopped.add(play_id)
      connection.send({ type: 'stop', play_id, ...by && { by } })
    }
  }),
  /** What they are to do; with `anew` also what they have not answered. */
  commands: (playerIds: readonly string[], anew = false) => delivering(playerIds, here => sendCommands(here.map(player_id => players.get(player_id)!), anew)),
}

/** Does something for those of these players that are connected here. */
async function delivering(playerIds: readonly string[], work: (here: string[]) => Promise<void>): Promise<void> {
  const here = playerIds.filter(player_id => players.has(player_id))
  if (!here.length) return
  try {
    await work(here)
  }
  catch (error) {
    if (!(error instanceof DatabaseClosed)) useLogger('player').error({ err: error, players: here.length }, 'delivery failed')
  }
}

/** Everything that waits for players that have just come. */
async function deliverAll(playerIds: readonly string[]): Promise<void> {
  await DELIVER.plays(playerIds)
  await DELIVER.stops(playerIds)
  await DELIVER.commands(playerIds, true)
}

const deliverArriving = gather<string, null>(async (playerIds) => {
  await deliverAll(playerIds)
  return playerIds.map(() => null)
}, ARRIVING)

const connectedOf = (client_id: string) => [...players.values()].filter(({ player }) => player.client_id === client_id)

/** Makes true: every connected player of this instance knows what it is to air for the next 48 hours. Safe to run twice. */
export async function sendAllProgrammes(): Promise<void> {
  const clients = new Set([...players.values()].map(({ player }) => player.client_id))
  for (const client_id of clients) await renewProgrammes(client_id, connectedOf(client_id), 0)
}
