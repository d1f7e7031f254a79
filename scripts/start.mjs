import { existsSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { addresses, probeHost, whyNotListen } from './lib/address.mjs'
import { complain, say, seconds, Stop } from './lib/console.mjs'
import { interruptedBy, run, signalCode, start } from './lib/process.mjs'
import { checkNode, ensureBuilt, ensureInstalled, root, serverNode, toolEnv } from './lib/project.mjs'

const READY_WITHIN_MS = 120_000
const SERVER = join(root, '.output', 'server', 'index.mjs')
/** Node reads .env itself; a variable that is already set wins. */
const ENV_FILE = join(root, '.env')
const hasEnvFile = existsSync(ENV_FILE)
const ENV_FLAGS = hasEnvFile ? [`--env-file=${ENV_FILE}`] : []

try {
  checkNode()
  const installed = await ensureInstalled()
  const built = await ensureBuilt()
  if (!installed && !built) say('Packages and build: nothing changed.')
  await serve()
}
catch (error) {
  complain(error)
  process.exitCode = error.exit_code ?? 1
}

async function serve() {
  const { host, port } = await listenAddress()
  await checkPort(host, port)
  const from = performance.now()
  say(`Starting the server${hasEnvFile ? ' with the settings of .env' : ''} …`)
  const child = start(serverNode(), [...ENV_FLAGS, SERVER], {
    cwd: root,
    env: toolEnv({ NODE_ENV: 'production', NITRO_HOST: host, NITRO_PORT: String(port) }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const seen = { setupToken: null }
  child.stdout.on('data', passThrough(line => seen.setupToken = /^Set-up token: (\S+)/.exec(line)?.[1] ?? seen.setupToken))
  const ended = new Promise((resolve) => {
    child.once('error', error => resolve({ why: error.message, code: 1 }))
    child.once('close', (code, signal) => resolve({ why: signal ?? `code ${code}`, code: code ?? signalCode(signal) }))
  })
  const ready = await waitUntilReady(host, port, ended)
  if (ready) announce(host, port, seen.setupToken, from)
  const { why, code } = await ended
  if (interruptedBy()) process.exitCode = code
  else if (code === 0) say('The server has stopped.')
  else throw new Stop(ready ? `The server stopped by itself (${why}).` : `The server could not start (${why}): the reason stands above.`, '', code)
}

/** HOST and PORT as the server will see them: asked from the Node that reads .env for it. */
async function listenAddress() {
  const ask = 'const { HOST, PORT, NITRO_HOST, NITRO_PORT } = process.env; console.log(JSON.stringify({ host: NITRO_HOST || HOST || "", port: NITRO_PORT || PORT || "3000" }))'
  const { code, output } = await run(serverNode(), [...ENV_FLAGS, '--eval', ask], { cwd: root })
  if (code !== 0) throw new Stop('The file .env cannot be read.', output)
  const { host, port } = JSON.parse(output)
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    throw new Stop(`PORT must be a whole number from 1 to 65535, and it is "${port}" (see .env.example).`)
  }
  return { host, port: Number(port) }
}

async function checkPort(host, port) {
  const why = await whyNotListen(host, port)
  if (why === 'EADDRINUSE') throw new Stop(`Port ${port} is already taken: stop the program that uses it, or choose another one with PORT=${port === 65535 ? 3000 : port + 1} npm start.`)
  if (why === 'EACCES') throw new Stop(`This user may not listen on port ${port}: choose one above 1023, for instance PORT=3000 npm start.`)
  if (why) throw new Stop(`The server cannot listen on HOST=${host} PORT=${port} (${why}).`)
}

/** @returns {Promise<boolean>} whether the server answered that it is healthy before it ended or the time was up */
async function waitUntilReady(host, port, ended) {
  let alive = true
  let last = 'no answer'
  ended.then(() => alive = false)
  const deadline = performance.now() + READY_WITHIN_MS
  while (alive && performance.now() < deadline) {
    const status = await health(host, port)
    // The request's own log line comes before the address, which is what people look for last.
    if (status === 200) return sleep(50, true)
    if (status) last = `status ${status}`
    await sleep(50)
  }
  if (alive) say(`The server runs, but http://${probeHost(host)}:${port}/api/v1/health does not say that it is healthy (${last}).`)
  return false
}

function health(host, port) {
  return new Promise((resolve) => {
    const request = get({ host: probeHost(host), port, path: '/api/v1/health', timeout: 5000, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', () => resolve(null))
    request.on('timeout', () => request.destroy())
  })
}

function announce(host, port, setupToken, from) {
  const { here, network } = addresses(host, port)
  say(`Ready (${seconds(from)}).`)
  say('')
  if (setupToken) say(`  First, make your account:  ${here}/setup?token=${setupToken}`)
  say(`  On this machine:           ${here}`)
  for (const url of network) say(`  On a TV of this network:   ${url}/player`)
  if (network.length === 0) say('  No TV can reach it: it listens on this machine only (HOST), or there is no network.')
  say('')
}

/** Lets the server's lines through as they come, all but its own idea of the address. */
function passThrough(onLine) {
  let rest = ''
  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      onLine(line)
      if (!line.startsWith('Listening on ')) process.stdout.write(`${line}\n`)
    }
  }
}
