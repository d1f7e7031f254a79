import { setTimeout as sleep } from 'node:timers/promises'
import { eq, inArray } from 'drizzle-orm'
import { player, store } from '../../../db/schema'
import type { ServerToPlayer } from '../../../shared/protocol'
import { DatabaseClosed, useDb } from '../database'
import { useLogger } from '../logger'
import { planOf } from '../schedule/plan'
import { programmesOf, versionFor, type Listener } from './programme'

/** A connected player, with the version of the programme that it has. */
export interface ProgrammeHolder {
  player: { player_id: string }
  programme_version: string | undefined
  send: (message: ServerToPlayer) => void
}

/** Changes of so long are answered together, ms. */
const GATHER_MS = 150
/** So many programmes are worked out at a time: other work goes on in between. */
const AT_A_TIME = 50

/** The round of each client that has not begun yet, and the last one that was asked for. */
const coming = new Map<string, { holders: Set<ProgrammeHolder>, done: Promise<void> }>()
const last = new Map<string, Promise<void>>()

/**
 * Sends players of a client their programme soon, where it is not the one that they have. There is never more than one
 * round at a time, so that nothing older comes after something newer; whoever comes during one is in the next.
 * @param gather_ms how long others may still join
 * @returns when it is done
 */
export function renewProgrammes(client_id: string, holders: ProgrammeHolder[], gather_ms = GATHER_MS): Promise<void> {
  const round = coming.get(client_id)
  if (round) {
    for (const holder of holders) round.holders.add(holder)
    return round.done
  }
  const wanted = new Set(holders)
  const done = runRound(client_id, wanted, gather_ms, last.get(client_id))
  coming.set(client_id, { holders: wanted, done })
  last.set(client_id, done)
  void done.then(() => last.get(client_id) === done && last.delete(client_id))
  return done
}

async function runRound(client_id: string, holders: Set<ProgrammeHolder>, gather_ms: number, before: Promise<void> | undefined): Promise<void> {
  await Promise.all([sleep(gather_ms, undefined, { ref: false }), before])
  coming.delete(client_id)
  await sendProgrammes(client_id, [...holders])
}

async function sendProgrammes(client_id: string, holders: ProgrammeHolder[]): Promise<void> {
  try {
    for (let from = 0; from < holders.length; from += AT_A_TIME) {
      const batch = holders.slice(from, from + AT_A_TIME)
      const [plan, places] = [await planOf(client_id), await placesOf(batch.map(holder => holder.player.player_id))]
      const stale = batch.flatMap((holder) => {
        const place = places.get(holder.player.player_id)
        return place && versionFor(plan, place) !== holder.programme_version ? [{ holder, place }] : []
      })
      if (!stale.length) continue
      const programmes = await programmesOf(plan, stale.map(({ place }) => place))
      for (const [index, { holder }] of stale.entries()) {
        const programme = programmes[index]!
        holder.programme_version = programme.version
        holder.send({ type: 'programme', programme })
      }
    }
  }
  catch (error) {
    if (!(error instanceof DatabaseClosed)) useLogger('player').error({ err: error, client_id }, 'programmes were not sent')
  }
}

/** Where players stand now: a socket knows only where they stood when it opened. */
async function placesOf(playerIds: string[]): Promise<Map<string, Listener>> {
  const db = await useDb()
  const rows = await db.select({ player_id: player.player_id, client_id: player.client_id, store_id: player.store_id, time_zone: store.time_zone })
    .from(player).innerJoin(store, eq(store.store_id, player.store_id)).where(inArray(player.player_id, playerIds))
  return new Map(rows.map(row => [row.player_id, row]))
}
