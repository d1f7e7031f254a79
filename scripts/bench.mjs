// npm run bench [name…]: runs scripts/bench/<name>.ts, a whole folder such as audio, or all of them without a name. Exits 1 when one is over its limit.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer, createServerModuleRunner } from 'vite'

const folder = fileURLToPath(new URL('bench/', import.meta.url))
const wanted = process.argv.slice(2)
const names = readdirSync(folder, { recursive: true }).filter(file => file.endsWith('.ts') && !/^lib[/\\]/.test(file)).map(file => file.slice(0, -3).replaceAll('\\', '/')).sort()
const chosen = names.filter(name => !wanted.length || wanted.some(want => name === want || name.startsWith(`${want}/`)))
const unknown = wanted.filter(want => !names.some(name => name === want || name.startsWith(`${want}/`)))
if (unknown.length) {
  console.error(`There is no bench ${unknown.join(', ')}. There is: ${names.join(', ')}.`)
  process.exit(2)
}

// Each in a process of its own: none finds warm what another one has left, or closed.
if (chosen.length > 1) {
  const codes = chosen.map(name => spawnSync(process.execPath, [fileURLToPath(import.meta.url), name], { stdio: 'inherit' }).status)
  process.exit(codes.every(code => code === 0) ? 0 : 1)
}

const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, ws: false },
})
const runner = createServerModuleRunner(server.environments.ssr, { hmr: false })
const { bench } = await runner.import(`${folder}${chosen[0]}.ts`)
const within = await bench()
await runner.close()
await server.close()
process.exit(within ? 0 : 1)
