import type { Programme } from '../../../shared/protocol'
import { wallClockOf } from '../../../shared/utils/utc-offset'
import type { PlayerPrincipal } from '../client/access'
import { sha256Of } from '../hash'

/**
 * What a player will air by itself in the next 48 hours. There are no schedules and no music yet: it is empty, and
 * players that ask already get the answer whose shape stays.
 */
export async function programmeOf(player: PlayerPrincipal): Promise<Programme> {
  const content = { items: [], music: [], settings: { wall_clock: wallClockOf(player.time_zone, Date.now()) } }
  return { version: sha256Of(JSON.stringify(content)).slice(0, 16), server_time: new Date().toISOString(), ...content }
}
