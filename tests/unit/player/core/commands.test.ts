import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Actions, Command, CommandResult } from '../../../../player/core/commands'
import { createCommands } from '../../../../player/core/commands'
import type { Keep } from '../../../../player/core/keep'
import { memoryKeep } from '../../../../player/core/keep'
import { PlayerToServerSchema } from '../../../../shared/protocol'

const NOON = Date.parse('2026-11-22T12:00:00Z')
let keep: Keep
let done: string[]
let sent: CommandResult[]
let connected: boolean
let reloads: number

const names = ['set_volume', 'mute', 'unmute', 'stop', 'stop_all', 'identify', 'clear_cache', 'screenshot'] as const
const plain = () => Object.fromEntries(names.map(name => [name, () => void done.push(name)])) as unknown as Actions
const command = (about: Partial<Command> = {}): Command => ({ type: 'command', command_id: randomUUID(), command: 'mute', expires_at: new Date(NOON + 30_000).toISOString(), ...about })

async function boot(actions: Partial<Actions> = {}) {
  const commands = createCommands({
    keep,
    now: () => NOON,
    send: result => connected && sent.push(result) > 0,
    reload: () => void reloads++,
    actions: { ...plain(), ...actions },
  })
  await commands.load()
  return commands
}

beforeEach(() => {
  keep = memoryKeep()
  done = []
  sent = []
  connected = true
  reloads = 0
})

describe('a command', () => {
  it('is done once and answered each time that it comes', async () => {
    const commands = await boot()
    const mute = command()
    await commands.take(mute)
    await commands.take(mute)
    expect(done).toEqual(['mute'])
    expect(sent).toEqual([1, 2].map(() => ({ type: 'command_result', command_id: mute.command_id, status: 'done' })))
  })

  it('is not done again by the page that comes after a reload', async () => {
    const mute = command()
    await (await boot()).take(mute)
    await (await boot()).take(mute)
    expect(done).toEqual(['mute'])
    expect(sent).toHaveLength(2)
  })

  it('is answered when there is a connection again', async () => {
    connected = false
    const commands = await boot()
    await commands.take(command())
    expect([done, sent]).toEqual([['mute'], []])
    connected = true
    commands.answer()
    commands.answer()
    expect(sent).toHaveLength(1)
  })

  it('that comes too late is not done', async () => {
    await (await boot()).take(command({ expires_at: new Date(NOON).toISOString() }))
    expect(done).toEqual([])
    expect(sent[0]).toMatchObject({ status: 'failed', detail: 'expired' })
  })

  it('of a newer server is answered: it cannot be done', async () => {
    const commands = await boot()
    await commands.take(command({ command: 'dance' as never }))
    await commands.take(command({ command: 'hasOwnProperty' as never }))
    expect(sent.map(({ status, detail }) => [status, detail])).toEqual([['failed', 'unknown'], ['failed', 'unknown']])
  })

  it('that goes wrong says why', async () => {
    const commands = await boot({ clear_cache: () => Promise.reject(new Error('no database')) })
    await commands.take(command({ command: 'clear_cache' }))
    expect(sent[0]).toMatchObject({ status: 'failed', detail: 'no database' })
  })

  it('brings what it asked for', async () => {
    const commands = await boot({ screenshot: () => ({ result: { phase: 'paired' } }), identify: async () => ({ detail: 'shown' }) })
    await commands.take(command({ command: 'screenshot' }))
    await commands.take(command({ command: 'identify' }))
    expect(sent[0]!.result).toEqual({ phase: 'paired' })
    expect(sent[1]!.detail).toBe('shown')
    for (const result of sent) expect(PlayerToServerSchema.safeParse(result).success).toBe(true)
  })

  it('to reload is answered by the page that comes back, once', async () => {
    const reload = command({ command: 'reload' })
    await (await boot()).take(reload)
    expect([reloads, sent]).toEqual([1, []])
    const back = await boot()
    back.answer()
    expect(sent).toEqual([{ type: 'command_result', command_id: reload.command_id, status: 'done' }])
    await back.take(reload)
    expect([reloads, sent.length]).toEqual([1, 2])
  })

  it('that the page did not live to finish is said to be interrupted, and is not begun again', async () => {
    const slow = command({ command: 'clear_cache' })
    void (await boot({ clear_cache: () => new Promise(() => undefined) })).take(slow)
    await new Promise(resolve => setTimeout(resolve, 5))
    await (await boot()).take(slow)
    expect(done).toEqual([])
    expect(sent[0]).toMatchObject({ status: 'failed', detail: 'interrupted' })
  })

  it('that comes again while it is being done waits for its one answer', async () => {
    let finish = (): void => undefined
    const commands = await boot({ clear_cache: () => new Promise(resolve => finish = () => resolve({})) })
    const slow = command({ command: 'clear_cache' })
    const first = commands.take(slow)
    await new Promise(resolve => setTimeout(resolve, 5))
    await commands.take(slow)
    expect(sent).toEqual([])
    finish()
    await first
    expect(sent).toHaveLength(1)
  })
})
