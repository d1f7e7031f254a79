/**
 * Where a message or track stands. `draft`: finished, but not kept; `waiting` and `processing`: uploaded, not finished yet;
 * `ready`: in the library; `failed`: see `failure`.
 */
export const MESSAGE_STATUSES = ['draft', 'waiting', 'processing', 'ready', 'failed'] as const

export const MESSAGE_SOURCES = ['generated', 'uploaded', 'recorded'] as const

/** What a track is for. */
export const TRACK_KINDS = ['bed', 'chime', 'background'] as const

/** Why an upload did not become a sound. */
export const FAILURES = [
  'empty_file', 'not_audio', 'no_audio_stream', 'silent', 'too_short', 'too_long', 'damaged',
  'ffmpeg_missing', 'timed_out', 'storage_full', 'file_missing', 'internal',
] as const
