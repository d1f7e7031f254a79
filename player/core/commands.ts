import type { PlayerCommandName, PlayerToServer, ServerToPlayer } from '../../shared/protocol'
import type { Keep } from './keep'

export type Command = Extract<ServerToPlayer, { type: 'command' }>
export type CommandResult = Extract<PlayerToServer, { type: 'command_result' }>

/** What there is to say of a command that is done. */
export interface Done { detail?: string, result?: Record<string, unknown> }

/** What carries each command out. Rejects, or throws, with the reason why it could not. */
export type Actions = Record<Exclude<PlayerCommandName, 'reload'>, (command: Command) => Done | Promise<Done>>

export interface CommandsOptions {
  keep: Keep
  /** The server's time, ms. */
  now: () => number
  send: (result: CommandResult) => boolean
  actions: Actions
  /** Begins the page anew. */
  reload: () => void
}

export interface Commands {
  take: (command: Command) => Promise<void>
  /** There is a connection: what was done without one is answered. */
  answer: () => void
  /** Answers that nobody has heard yet, for a way that says when they have arrived: {@link Commands.told}. */
  waiting: () => CommandResult[]
  told: (answers: CommandResult[]) => void
  load: () => Promise<void>
  clear: () => Promise<void>
}

const KEY = 'commands'
/** Looked back at, so that what is sent again is not done again. */
const MOST = 30

/** An answer on its way; `begun` while there is none yet. */
interface Entry { command_id: string, answer: CommandResult | null, told: boolean }

/** Does each command once, however often it comes and whatever becomes of the page meanwhile. */
export function createCommands({ keep, now, send, actions, reload }: CommandsOptions): Commands {
  let entries: Entry[] = []
  /** Begun by this page. */
  const running = new Set<string>()
  const save = () => keep.set(KEY, entries)
  const resultOf = (command_id: string, status: CommandResult['status'], said?: Done): CommandResult =>
    Object.assign({ type: 'command_result' as const, command_id, status }, said)

  function tell(entry: Entry) {
    if (!entry.answer || !send(entry.answer) || entry.told) return
    entry.told = true
    save().catch(() => undefined)
  }

  async function carryOut(command: Command): Promise<CommandResult> {
    const { command_id } = command
    const action = Object.prototype.hasOwnProperty.call(actions, command.command) && actions[command.command as keyof Actions]
    if (!action) return resultOf(command_id, 'failed', { detail: 'unknown' })
    try {
      return resultOf(command_id, 'done', await action(command))
    }
    catch (error) {
      return resultOf(command_id, 'failed', { detail: String((error as Error).message || error).slice(0, 300) })
    }
  }

  return {
    async take(command) {
      const { command_id } = command
      const known = entries.filter(entry => entry.command_id === command_id)[0]
      if (known) {
        if (running.has(command_id)) return
        // it was begun, and the page ended before it was done
        known.answer = known.answer || resultOf(command_id, 'failed', { detail: 'interrupted' })
        return tell(known)
      }
      const entry: Entry = { command_id, answer: null, told: false }
      entries = entries.concat(entry).slice(-MOST)
      if (Date.parse(command.expires_at) <= now()) {
        entry.answer = resultOf(command_id, 'failed', { detail: 'expired' })
      }
      else if (command.command === 'reload') {
        // answered by the page that comes back: only then is it done
        entry.answer = resultOf(command_id, 'done')
        await save().catch(() => undefined)
        return reload()
      }
      else {
        running.add(command_id)
        await save().catch(() => undefined)
        entry.answer = await carryOut(command)
        running.delete(command_id)
      }
      await save().catch(() => undefined)
      tell(entry)
    },
    answer() {
      entries.forEach(entry => !entry.told && tell(entry))
    },
    waiting: () => entries.filter(entry => entry.answer && !entry.told).map(entry => entry.answer!),
    told(answers) {
      entries.forEach(entry => entry.told = entry.told || answers.some(answer => answer === entry.answer))
      if (answers.length) save().catch(() => undefined)
    },
    load: () => keep.get<Entry[]>(KEY).then(kept => void (entries = (kept || []).concat(entries))),
    clear() {
      entries = []
      return keep.remove(KEY)
    },
  }
}
