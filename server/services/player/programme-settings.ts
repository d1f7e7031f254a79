import type { Look, Programme } from '../../../shared/protocol'
import type { LookSettings, PlayerSettings } from '../../../shared/schemas/settings'
import { daypartStretches, openStretches } from '../../../shared/utils/opening'
import { wallClockOf } from '../../../shared/utils/utc-offset'
import type { Plan } from '../schedule/plan'

/** Where a player stands. */
interface Place {
  store_id: string
  /** Of its store. */
  time_zone: string
}

/**
 * How the players of a store air what their programme holds: the client's settings, what the store does otherwise, and when
 * it is open, as far as the programme reaches. Stretches of time are whole, so that they are the same from one hour to the next.
 */
export function programmeSettings(plan: Plan, { store_id, time_zone }: Place): NonNullable<Programme['settings']> {
  const { from, to } = plan.span
  const place = plan.stores.get(store_id)
  const airing: PlayerSettings = { ...plan.airing, ...place?.player_settings }
  const open = place && openStretches({ ...place, time_zone }, from, to)
  return {
    wall_clock: wallClockOf(time_zone, from),
    music: { after: airing.music_after, fade_ms: airing.music_fade_ms },
    talk_over: airing.talk_over ? { duck_db: airing.duck_db, down_ms: airing.duck_down_ms, up_ms: airing.duck_up_ms } : null,
    min_gap_ms: airing.min_gap_s * 1000,
    max_duration_ms: airing.max_duration_s * 1000,
    pre_silence_ms: airing.pre_silence_ms,
    post_silence_ms: airing.post_silence_ms,
    dayparts: daypartStretches(airing.dayparts, time_zone, from, to).map(stretch => ({ ...instants(stretch), volume: stretch.part.volume })),
    open: open?.map(instants) ?? null,
    captions: airing.captions,
    look: lookOf(plan.look),
  }
}

/** How a client's screens look, as they are told. */
export function lookOf({ logo_sha256, colour }: LookSettings): Look {
  return { logo_url: logo_sha256 && `/media/logo/${logo_sha256}`, colour }
}

const instants = ({ from, to }: { from: number, to: number }) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
