import { startServer } from '../../tests/fixtures/server'
import { median } from './lib/median'

const ROUNDS = 20
const WARM_UP = 10
const LIMIT_MS = 120
const EMAIL = 'bench@example.com'
const PASSWORD = 'bench-of-this-machine'
/** About ten seconds when spoken; the number makes each text a new one, so that nothing comes from the cache. */
const text = (round: number) => `Mensaje número ${round}. Estimados clientes, nuestra tienda cierra en quince minutos. Por favor, pasen por caja con sus compras.`

/**
 * What `POST /api/v1/audio/generate` costs over the voice's own time, on the built server with its embedded defaults:
 * the whole round trip less the step `speech` that the server names in `Server-Timing`.
 *
 * @returns whether the median is within the limit
 */
export async function bench(): Promise<boolean> {
  const server = await startServer({ ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: PASSWORD })
  try {
    const cookie = await signIn(server.url)
    const { items } = await (await fetch(`${server.url}/api/v1/audio/voices`, { headers: { cookie } })).json() as { items: { voice_id: string }[] }
    const costs: number[] = []
    const voices: number[] = []
    let duration_ms = 0
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const started = performance.now()
      const response = await fetch(`${server.url}/api/v1/audio/generate`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ text: text(round + WARM_UP), voice_id: items[0]!.voice_id, save: false }),
      })
      const message = await response.json() as { duration_ms: number, speech_cached: boolean }
      const whole = performance.now() - started
      if (!response.ok || message.speech_cached) throw new Error(`Round ${round}: ${response.status} ${JSON.stringify(message)}`)
      const voice = Number(/speech;dur=([\d.]+)/.exec(response.headers.get('server-timing') ?? '')?.[1])
      duration_ms = message.duration_ms
      if (round < 0) continue
      costs.push(whole - voice)
      voices.push(voice)
    }
    const cost = median(costs)
    console.log(`Generating ${(duration_ms / 1000).toFixed(1)} s of speech over HTTP, median of ${ROUNDS}, limit ${LIMIT_MS} ms over the voice:`)
    console.log(`  over the voice: ${cost.toFixed(0)} ms (${Math.min(...costs).toFixed(0)}–${Math.max(...costs).toFixed(0)}); the voice itself: ${median(voices).toFixed(0)} ms; ratio ${(cost / median(voices)).toFixed(2)}`)
    return cost <= LIMIT_MS
  }
  finally {
    await server.stop()
  }
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'origin': url },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  })
  if (!response.ok) throw new Error(`Sign-in failed: ${response.status} ${await response.text()}`)
  return response.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')
}
