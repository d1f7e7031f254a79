import type { AirItem, Programme, ProgrammeItem } from '../../shared/protocol'

export type Settings = NonNullable<Programme['settings']>

/**
 * How loud a message is at this time of the day, as a share (0..1) of the player's volume: its own share of that of the
 * part of the day. To an emergency parts of the day are nothing.
 * @param now server's time, ms
 */
export function shareOf({ priority, volume = 1 }: AirItem & Pick<ProgrammeItem, 'volume'>, dayparts: Settings['dayparts'], now: number): number {
  const part = priority === 'emergency' ? undefined : (dayparts || []).filter(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to))[0]
  return part ? part.volume * volume : volume
}
