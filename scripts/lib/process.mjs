import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** A terminal sends Ctrl-C to the children too: they get this long before they are told again. */
const TERMINAL_GRACE_MS = 1500

const running = new Set()
let interrupted = null

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal))

// npm puts a shell between itself and this process, and a shell that is told to stop keeps that to itself.
if (process.env.npm_lifecycle_event) {
  const shell = process.ppid
  setInterval(() => process.ppid === shell || stop('SIGTERM'), 500).unref()
}

function stop(signal) {
  if (running.size === 0) process.exit(signalCode(signal))
  if (interrupted) return
  interrupted = signal
  const tell = () => running.forEach(child => child.kill(signal))
  if (signal === 'SIGINT' && process.stdin.isTTY) setTimeout(tell, TERMINAL_GRACE_MS).unref()
  else tell()
}

/**
 * Starts a program that is told once to stop when this process is told so.
 * @type {typeof spawn}
 */
export function start(command, args, options) {
  const child = spawn(command, args, options)
  running.add(child)
  child.once('exit', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/** The signal that asked this process to stop, or null. */
export const interruptedBy = () => interrupted

export const signalCode = signal => 128 + (constants.signals[signal] ?? 0)

/**
 * Runs a program to its end. It never rejects: one that cannot be started has code 127.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { show?: boolean }} [options] `show` passes its output through; otherwise it is kept
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { show = false, ...options } = {}) {
  return new Promise((resolve) => {
    const kept = []
    const out = show ? 'inherit' : 'pipe'
    const child = start(command, args, { stdio: ['ignore', out, out], ...options })
    child.stdout?.on('data', chunk => kept.push(chunk))
    child.stderr?.on('data', chunk => kept.push(chunk))
    const settle = (code, why = '') => {
      if (interrupted) process.exit(signalCode(interrupted))
      resolve({ code, output: Buffer.concat(kept).toString() + why })
    }
    child.on('error', error => settle(127, error.message))
    child.on('close', (code, signal) => settle(code ?? signalCode(signal)))
  })
}

/** The last lines of a tool's output: where the reason stands. */
export const tail = (output, lines = 40) => output.trimEnd().split('\n').slice(-lines).join('\n')
