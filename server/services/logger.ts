import pino from 'pino'
import pretty from 'pino-pretty'
import { useSettings } from './settings/env'

/** What never reaches a log line, wherever it stands in an object: secrets, and the words of messages. */
const REDACTED = ['password', 'token', 'secret', 'key', 'authorization', 'cookie', 'text', 'code', 'api_key']

let root: pino.Logger | undefined

/**
 * The logger of this process: one JSON object a line in production, readable in development.
 * @param room who speaks, e.g. `player`; becomes the field `room`
 */
export function useLogger(room?: string): pino.Logger {
  root ??= createLogger()
  return room ? root.child({ room }) : root
}

function createLogger(): pino.Logger {
  const { LOG_LEVEL, APP_ENV } = useSettings()
  const options: pino.LoggerOptions = {
    level: LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    redact: { paths: REDACTED.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  }
  return APP_ENV === 'production'
    ? pino(options, pino.destination({ dest: 1, sync: true }))
    : pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }))
}
