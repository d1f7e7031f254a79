import { DrizzleQueryError } from 'drizzle-orm'
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

/**
 * An error as it is logged: what, where and why, without the values of a failed query, which hold the texts of messages.
 * @param error whatever was thrown
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const is_query = error instanceof DrizzleQueryError
  const { code } = error as { code?: unknown }
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: is_query ? `Failed query: ${error.query}` : withoutValues(error.message),
    ...(typeof code === 'string' && { code }),
    stack: error.stack?.split('\n').filter(line => /^\s+at /.test(line)).join('\n'),
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
  }
}

/** Postgres quotes the value that it could not read at the end of its sentence. */
function withoutValues(message: string): string {
  return message.replace(/: ".*"/s, ': "…"')
}

function createLogger(): pino.Logger {
  const { LOG_LEVEL, APP_ENV } = useSettings()
  const options: pino.LoggerOptions = {
    level: LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: label => ({ level: label }) },
    serializers: { err: describeError },
    redact: { paths: REDACTED.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
  }
  return APP_ENV === 'production'
    ? pino(options, pino.destination({ dest: 1, sync: true }))
    : pino(options, pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }))
}
