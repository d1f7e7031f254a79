import type { AirItem, Programme } from '../../shared/protocol'

export type Settings = NonNullable<Programme['settings']>

/**
 * How loud a message is at this time of the day, as a share (0..1) of the player's volume. An emergency is as loud as
 * the player itself.
 * @param now server's time, ms
 */
export function shareOf({ priority }: AirItem, dayparts: Settings['dayparts'], now: number): number {
  const part = priority === 'emergency' ? undefined : (dayparts || []).filter(({ from, to }) => Date.parse(from) <= now && now < Date.parse(to))[0]
  return part ? part.volume : 1
}
