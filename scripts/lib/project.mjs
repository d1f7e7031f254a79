import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { say, step, Stop } from './console.mjs'
import { withLock } from './lock.mjs'
import { run, tail } from './process.mjs'

/** The oldest Node that can run these commands; the server itself always runs on the Node of node_modules. */
export const OLDEST_NODE = 20
const SERVER_NODE = 24

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const at = (...parts) => join(root, ...parts)

const INSTALL_STAMP = at('node_modules', '.mediaflow-install')
const BUILD_STAMP = at('.output', '.mediaflow-build')
const SERVER_ENTRY = at('.output', 'server', 'index.mjs')

/** Folders whose contents end up in the build. A test holds this list against the repository. */
export const BUILD_FOLDERS = [
  'assets', 'components', 'composables', 'config', 'db', 'i18n', 'layouts', 'middleware', 'modules',
  'pages', 'player', 'plugins', 'public', 'server', 'shared', 'stores', 'utils',
]
/** Folders that never change what is built. */
export const OTHER_FOLDERS = ['.ci', '.github', 'deploy', 'docs', 'monitoring', 'scripts', 'tests']
const BUILD_FILES = /^(?:package(?:-lock)?\.json|nuxt\.config\.ts|(?:app|error)\.vue|app\.config\.ts|tsconfig\.json|\.npmrc)$/

/** Stops with one line when this Node is too old to go on. */
export function checkNode(version = process.versions.node) {
  if (Number.parseInt(version) < OLDEST_NODE) {
    throw new Stop(`MediaFlow needs Node ${OLDEST_NODE} or newer, and this is Node ${version}: install a newer one from https://nodejs.org and try again.`)
  }
}

/** The Node that builds and serves: the one from node_modules, else this one when it is new enough. */
export function serverNode() {
  const installed = at('node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(installed)) return installed
  if (Number.parseInt(process.versions.node) >= SERVER_NODE) return process.execPath
  throw new Stop(`Node ${SERVER_NODE} is missing from node_modules: npm did not run the install script of the package "node". Check that "npm config get ignore-scripts" says false, delete node_modules and try again.`)
}

/** Environment for programs of node_modules: they and their children find Node 24 first. */
export function toolEnv(extra = {}) {
  const first = [at('node_modules', '.bin'), dirname(serverNode())]
  const rest = (process.env.PATH ?? '').split(delimiter).filter(entry => entry && !first.includes(entry))
  return { ...process.env, PATH: [...first, ...rest].join(delimiter), ...extra }
}

/** Runs a program of node_modules (`tool('nuxt', ['build'])`) on Node 24. */
export function tool(name, args, options = {}) {
  const { bin } = JSON.parse(readFileSync(at('node_modules', name, 'package.json'), 'utf8'))
  return run(serverNode(), [at('node_modules', name, bin[name]), ...args], { cwd: root, ...options, env: toolEnv(options.env) })
}

const setupLock = work => withLock(at('.cache', 'setup.lock'), work, pid =>
  say(`Another command (process ${pid}) is installing or building here: waiting for it …`))

/**
 * Installs the packages when package.json or package-lock.json changed since the last time; otherwise calls nothing.
 * @returns {Promise<boolean>} whether npm was called
 */
export async function ensureInstalled() {
  if (isInstalled()) return false
  return setupLock(async () => {
    if (isInstalled()) return false
    rmSync(INSTALL_STAMP, { force: true })
    await step('Installing packages', install)
    serverNode()
    writeFileSync(INSTALL_STAMP, installHash())
    return true
  })
}

const isInstalled = () => read(INSTALL_STAMP) === installHash()

function installHash() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`)
  for (const file of ['package.json', 'package-lock.json']) hash.update(read(at(file)) ?? '').update('\0')
  return hash.digest('hex')
}

async function install() {
  // npm writes this file when it has finished: without it node_modules is new or half done, and is made from nothing.
  const whole = existsSync(at('node_modules', '.package-lock.json'))
  // The build needs the development packages too, whatever NODE_ENV or an npm setting says.
  const { code, output } = await npm([whole ? 'install' : 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'])
  if (code !== 0) throw new Stop(`The packages could not be installed: ${reasonOfNpm(output)}`, tail(withoutManual(output)))
}

/** npm prints its manual after some errors. */
const withoutManual = output => output.split(/^npm (?:error|ERR!) (?:Clean install a project|Usage:)/m)[0]

function npm(args) {
  // npm must not run on the Node inside the folder that it is about to replace.
  const env = { ...process.env }
  env.PATH = (env.PATH ?? '').split(delimiter).filter(entry => !entry.startsWith(at('node_modules'))).join(delimiter)
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  if (cli?.endsWith('.js') && node && !node.startsWith(at('node_modules'))) return run(node, [cli, ...args], { cwd: root, env })
  return run('npm', args, { cwd: root, env, shell: process.platform === 'win32' })
}

/** One sentence for what npm said. */
export function reasonOfNpm(output) {
  const known = [
    [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH/, 'the npm registry cannot be reached. Check the network (or the proxy), then try again.'],
    [/ENOSPC/, 'the disk is full.'],
    [/EACCES|EPERM|EROFS/, `this user may not write into ${root}.`],
    [/code EUSAGE|can only install packages when your package\.json/, 'package.json and package-lock.json disagree. Run "npm install" once and commit the lock file.'],
    [/EINTEGRITY/, 'a downloaded package is damaged. Run "npm cache clean --force" and try again.'],
  ]
  const found = known.find(([pattern]) => pattern.test(output))
  if (found) return found[1]
  const line = output.split('\n').find(text => /^npm (?:error|ERR!) (?!code )\S/.test(text))
  return line ? line.replace(/^npm (?:error|ERR!) /, '') : 'npm failed; its output stands above.'
}

/**
 * Builds the app when a source changed since the last whole build; otherwise calls nothing.
 * @returns {Promise<boolean>} whether it was built
 */
export async function ensureBuilt() {
  if (isBuilt()) return false
  return setupLock(async () => {
    if (isBuilt()) return false
    // The stamp goes first and comes back last: a build that was cut off is never taken for a whole one.
    rmSync(BUILD_STAMP, { force: true })
    const hash = buildHash()
    await step('Building', build)
    mkdirSync(dirname(BUILD_STAMP), { recursive: true })
    writeFileSync(BUILD_STAMP, hash)
    return true
  })
}

const isBuilt = () => existsSync(SERVER_ENTRY) && read(BUILD_STAMP) === buildHash()

async function build() {
  // The bundles of player and workers read tsconfig.json, which names files that only Nuxt writes.
  if (!existsSync(at('.nuxt', 'tsconfig.app.json'))) await nuxtPrepare()
  const { code, output } = await tool('nuxt', ['build'], { env: { NODE_ENV: 'production', NUXT_TELEMETRY_DISABLED: '1' } })
  if (code !== 0) throw new Stop(`The app could not be built: ${reasonOfBuild(output)}`, tail(output))
  if (!existsSync(SERVER_ENTRY)) throw new Stop(`The app could not be built: ${relative(root, SERVER_ENTRY)} is missing after the build.`, tail(output))
}

function reasonOfBuild(output) {
  const line = output.split('\n').map(plain).find(text => /error/i.test(text) && !/^\s*ERROR\s+\S?\s*Build failed/.test(text) && text.trim().length > 6)
  return line ? line.trim() : 'its output stands above.'
}

// eslint-disable-next-line no-control-regex -- terminal colours are control characters
const plain = text => text.replace(/\u001B\[[0-9;]*m/g, '')

/** A hash over the names and contents of everything that the build reads. */
export function buildHash() {
  const hash = createHash('sha256')
  for (const file of buildFiles()) hash.update(file).update('\0').update(readFileSync(at(file))).update('\0')
  return hash.digest('hex')
}

function buildFiles() {
  const top = readdirSync(root).filter(name => BUILD_FILES.test(name))
  const inside = BUILD_FOLDERS.filter(folder => existsSync(at(folder))).flatMap(folder =>
    readdirSync(at(folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => relative(root, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/')))
  return [...top, ...inside].sort()
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  }
  catch {
    return null
  }
}

/** Writes Nuxt's types and the lint configuration into .nuxt. */
export const prepare = () => setupLock(nuxtPrepare)

async function nuxtPrepare() {
  const { code, output } = await tool('nuxt', ['prepare'], { env: { NUXT_TELEMETRY_DISABLED: '1' } })
  if (code !== 0) throw new Stop(`Nuxt could not be prepared: ${reasonOfBuild(output)}`, tail(output))
}
