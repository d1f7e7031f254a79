/** About a player: one that is not there while its store is open, or one that nobody lets sound. */
export const PLAYER_ALERT_KINDS = ['player_offline', 'sound_locked'] as const
/** What an alert may be about: a player, or schedules that air for the last time soon. */
export const ALERT_KINDS = [...PLAYER_ALERT_KINDS, 'schedules_ending'] as const
