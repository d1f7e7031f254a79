// npm run bench [name…]: runs scripts/bench/<name>.ts, all of them without a name. Exits 1 when one is over its limit.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createServer, createServerModuleRunner } from 'vite'

const folder = fileURLToPath(new URL('bench/', import.meta.url))
const wanted = process.argv.slice(2)
const names = readdirSync(folder).filter(file => file.endsWith('.ts')).map(file => file.slice(0, -3)).sort()
const unknown = wanted.filter(name => !names.includes(name))
if (unknown.length) {
  console.error(`There is no bench ${unknown.join(', ')}. There is: ${names.join(', ')}.`)
  process.exit(2)
}

const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, ws: false },
})
const runner = createServerModuleRunner(server.environments.ssr, { hmr: false })
let within = true
for (const name of wanted.length ? wanted : names) {
  const { bench } = await runner.import(`${folder}${name}.ts`)
  within = await bench() && within
}
await runner.close()
await server.close()
process.exit(within ? 0 : 1)
