/** What an alert may be about: a player that is not there while its store is open, or one that nobody lets sound. */
export const ALERT_KINDS = ['player_offline', 'sound_locked'] as const
