import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ADMIN_ENV, good, makeMessage, pairPlayer, signIn, type Caller } from '../../tests/fixtures/api'
import { startPostgres } from '../../tests/fixtures/postgres'
import { freePort, startServer, type TestServer } from '../../tests/fixtures/server'
import type { Store } from '../../shared/schemas/client'
import type { Voice } from '../../shared/schemas/audio'
import type { AirResponse } from '../../shared/schemas/player'
import type { FleetOrder, FleetReport } from './lib/fleet-players'
import { quantile } from './lib/median'
import { cpuOf, rssOf } from './lib/process-figures'

const SOCKETS = Number(process.env.BENCH_SOCKETS ?? 2_000)
/** As many of them belong to the client that airs; the others to small clients. */
const AIRED = Math.min(200, SOCKETS / 2)
const OTHER_CLIENTS = 40
const OPENED_PER_S = 200
const AIRS = 10
const REST_S = 20
/** All are back within this after a restart, s, and no second sees more of their attempts than this share of them. */
const BACK_WITHIN_S = 60
const BUSIEST_SHARE = 0.6
const root = join(import.meta.dirname, '../..')

/** A server that the fleet connects to. */
interface Target {
  url: string
  tokens: string[]
  pid: () => number
  /** Sends one announcement to {@link AIRED} of them. */
  air: () => Promise<void>
  restart: () => Promise<void>
}

interface Figures { kb_per_socket: number, rest_percent: number, air_p50: number, air_p99: number, missed: number, back_s: number, busiest: number }

/**
 * What thousands of players cost one server: memory a socket, an announcement to all of one client, a restart, and rest;
 * beside a bare crossws server that answers from memory, in the same run with the same players. `BENCH_SOCKETS` says how
 * many (2,000), `BENCH_DATABASE=postgres` runs our server on PostgreSQL instead of the embedded database.
 *
 * @returns whether nothing was missed, and all came back in time without a rush
 */
export async function bench(): Promise<boolean> {
  const postgres = process.env.BENCH_DATABASE === 'postgres' ? await startPostgres() : undefined
  const dir = await mkdtemp(join(tmpdir(), 'bench-fleet-'))
  // The port stays the same over the restart, as that of a real server does.
  const env = { ...ADMIN_ENV, DATA_DIR: dir, PORT: String(await freePort()), LOG_LEVEL: 'warn', ...postgres && { DATABASE_URL: postgres.url } }
  let server = await startServer(env)
  let echo: ChildProcess | undefined
  try {
    const { admin, tokens, audio_id } = await pairFleet(server)
    // What pairing has left in memory is not what sockets cost.
    await server.stop()
    server = await startServer(env)
    const ours = await measure({
      url: server.url, tokens, pid: () => server.pid,
      air: async () => {
        const { players } = await good(admin.post<AirResponse>('player/air', { audio_id }))
        if (players !== AIRED) throw new Error(`${players} players instead of ${AIRED}`)
      },
      restart: async () => {
        await server.stop()
        server = await startServer(env)
      },
    })
    await server.stop()
    const started = await startEcho()
    echo = started.child
    const { port } = started
    const item = { play_id: '', audio_id: '', url: `/media/${'0'.repeat(64)}.mp3`, sha256: '0'.repeat(64), duration_ms: 5_000, title: 'Mensaje', text: 'x'.repeat(60), priority: 'live', on_busy: 'after_current', expires_at: new Date(Date.now() + 600_000).toISOString() }
    const bare = await measure({
      url: `http://127.0.0.1:${port}`, tokens, pid: () => echo!.pid!,
      air: async () => void await fetch(`http://127.0.0.1:${port}/air?n=${AIRED}`, { method: 'POST', body: JSON.stringify({ ...item, play_id: crypto.randomUUID() }) }),
      restart: async () => {
        echo!.kill('SIGTERM')
        await once(echo!, 'exit')
        echo = (await startEcho(port)).child
      },
    })
    print(ours, bare, postgres ? 'PostgreSQL' : 'the embedded database')
    return ours.missed === 0 && ours.back_s <= BACK_WITHIN_S && ours.busiest <= BUSIEST_SHARE
  }
  finally {
    echo?.kill('SIGKILL')
    await server.stop().catch(() => {})
    await postgres?.stop()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Pairs every player as its page and a person do; the first {@link AIRED} tokens are those of the client that airs. */
async function pairFleet(server: TestServer): Promise<{ admin: Caller, tokens: string[], audio_id: string }> {
  const admin = await signIn(server.url)
  const { client } = await good(admin.get<{ client: { client_id: string } }>('client/me'))
  const { items: voices } = await good(admin.get<{ items: Voice[] }>('audio/voices'))
  const { audio_id } = await makeMessage(admin, voices[0]!.voice_id)
  const tokens = await pairAt(server.url, admin, AIRED)
  const others = SOCKETS - AIRED
  for (let at = 0; at < OTHER_CLIENTS; at++) {
    const { client_id } = await good(admin.post<{ client_id: string }>('client/clients', { name: `Client ${at}`, store_name: 'Store', time_zone: 'Europe/Madrid' }))
    await good(admin.put('client/active', { client_id }))
    tokens.push(...await pairAt(server.url, admin, Math.floor(others * (at + 1) / OTHER_CLIENTS) - Math.floor(others * at / OTHER_CLIENTS)))
  }
  await good(admin.put('client/active', { client_id: client.client_id }))
  return { admin, tokens, audio_id }
}

async function pairAt(url: string, admin: Caller, players: number): Promise<string[]> {
  const { items: [store] } = await good(admin.get<{ items: Store[] }>('client/stores'))
  const tokens: string[] = []
  for (let from = 0; from < players; from += 8) {
    const names = Array.from({ length: Math.min(8, players - from) }, (_, at) => `TV ${from + at}`)
    tokens.push(...await Promise.all(names.map(async name => (await pairPlayer(url, admin, { name, store_id: store!.store_id })).token)))
  }
  return tokens
}

async function measure({ url, tokens, pid, air, restart }: Target): Promise<Figures> {
  const fleet = fork(join(import.meta.dirname, 'lib/fleet-players.ts'), { execArgv: ['--import', 'tsx'], cwd: root })
  try {
    await once(fleet, 'message')
    const before = await settled(pid())
    tell(fleet, { kind: 'open', url, tokens, per_second: OPENED_PER_S })
    await untilWelcomed(fleet, 300)
    const after = await settled(pid())
    const cpu = cpuOf(pid())
    await sleep(REST_S * 1000)
    const rest_percent = (cpuOf(pid()) - cpu) / REST_S * 100

    const late: number[] = []
    let missed = 0
    for (let round = 0; round < AIRS; round++) {
      tell(fleet, { kind: 'forget' })
      const sent = performance.timeOrigin + performance.now()
      await air()
      const { airs } = await until(fleet, report => report.airs.length >= AIRED, 10)
      late.push(...airs.map(({ at }) => at - sent))
      missed += AIRED - airs.length
      await sleep(1_000)
    }

    tell(fleet, { kind: 'forget' })
    await restart()
    const up = performance.timeOrigin + performance.now()
    const { welcomed_at, attempts } = await untilWelcomed(fleet, BACK_WITHIN_S * 2)
    const counts = Map.groupBy(attempts.filter(at => at >= up), at => Math.floor((at - up) / 1000))
    return {
      kb_per_socket: (after - before) / tokens.length / 1024,
      rest_percent,
      air_p50: quantile(late, 0.5), air_p99: quantile(late, 0.99), missed,
      back_s: (Math.max(...welcomed_at) - up) / 1000,
      busiest: Math.max(0, ...[...counts.values()].map(list => list.length)) / tokens.length,
    }
  }
  finally {
    fleet.kill('SIGKILL')
  }
}

const tell = (fleet: ChildProcess, order: FleetOrder) => void fleet.send(order)

/** Asks the fleet until it stands as wanted, or the time is over. */
async function until(fleet: ChildProcess, wanted: (report: FleetReport) => boolean, within_s: number): Promise<FleetReport> {
  for (const deadline = Date.now() + within_s * 1000; ;) {
    tell(fleet, { kind: 'tell' })
    const [report] = await once(fleet, 'message') as [FleetReport]
    if (wanted(report) || Date.now() > deadline) return report
    await sleep(200)
  }
}

async function untilWelcomed(fleet: ChildProcess, within_s: number): Promise<FleetReport> {
  const report = await until(fleet, ({ welcomed }) => welcomed === SOCKETS, within_s)
  if (report.welcomed !== SOCKETS) throw new Error(`Only ${report.welcomed} of ${SOCKETS} players are connected after ${within_s} s.`)
  return report
}

/** Memory once it stands still for a moment. */
async function settled(pid: number): Promise<number> {
  await sleep(5_000)
  const values: number[] = []
  for (let look = 0; look < 10; look++) {
    values.push(rssOf(pid))
    await sleep(200)
  }
  return quantile(values, 0.5)
}

async function startEcho(port = 0): Promise<{ child: ChildProcess, port: number }> {
  const child = fork(join(import.meta.dirname, 'lib/echo-server.ts'), { execArgv: ['--import', 'tsx'], cwd: root, env: { ...process.env, PORT: String(port) } })
  const [started] = await once(child, 'message') as [{ port: number }]
  return { child, port: started.port }
}

function print(ours: Figures, bare: Figures, database: string): void {
  console.log(`${SOCKETS} players of ${OTHER_CLIENTS + 1} clients, on ${database}; beside a bare crossws server that answers from memory:`)
  const rows: [name: string, unit: string, ours: number, bare: number, digits: number][] = [
    ['memory a socket', 'kB', ours.kb_per_socket, bare.kb_per_socket, 1],
    [`CPU at rest, of one core over ${REST_S} s`, '%', ours.rest_percent, bare.rest_percent, 1],
    [`air to all ${AIRED} of one client, p50`, 'ms', ours.air_p50, bare.air_p50, 0],
    [`air to all ${AIRED} of one client, p99`, 'ms', ours.air_p99, bare.air_p99, 0],
    ['restart: the last one is back after', 's', ours.back_s, bare.back_s, 1],
    ['restart: attempts in the busiest second, of all', '%', ours.busiest * 100, bare.busiest * 100, 0],
  ]
  for (const [name, unit, mine, other, digits] of rows) console.log(`  ${name}: ${mine.toFixed(digits)} ${unit}, bare ${other.toFixed(digits)} ${unit}; ratio ${(mine / other).toFixed(2)}`)
  console.log(`  missed: ${ours.missed} of ${AIRS * AIRED} (0 allowed); all are back within ${BACK_WITHIN_S} s, no second sees more than ${BUSIEST_SHARE * 100} % of them`)
}
