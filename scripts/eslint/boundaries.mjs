import { fileURLToPath } from 'node:url'
import boundaries from 'eslint-plugin-boundaries'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** The rooms of the project; the first pattern that fits a file names its room. */
const ROOMS = [
  ['page', '@(pages|layouts|middleware|plugins)'],
  ['component', 'components'],
  ['composable', 'composables'],
  ['store', 'stores'],
  ['shared-utils', 'shared/utils'],
  ['shared', 'shared'],
  ['route', 'server/@(api|routes|middleware)'],
  ['server-utils', 'server/utils'],
  ['start-up', 'server/plugins'],
  ['task', 'server/tasks'],
  ['service', 'server/services'],
  ['worker', 'server/workers'],
  ['provider', 'server/providers'],
  ['server', 'server'],
  ['db', 'db'],
  ['player', 'player'],
  ['config', 'config'],
]
/** Files that are no folder: the root of the app counts as a page; every part of the server may throw domain errors. */
const FILES = [
  { category: 'app', pattern: ['app.vue', 'error.vue', 'app.config.ts'] },
  { category: 'errors', pattern: ['server/services/errors', 'server/services/errors.ts'] },
]

const BROWSER = ['page', 'component', 'composable', 'store']
const SHARED = ['shared', 'shared-utils']

/** Who may import whom inside the project. What is not here is forbidden; a room may always import itself. */
const ALLOWED = {
  'page': ['component', 'composable', 'store', ...SHARED, 'player'],
  // the player's screen is shown in the dashboard too
  'component': ['composable', 'store', ...SHARED, 'player'],
  'composable': ['store', ...SHARED],
  'store': ['composable', ...SHARED],
  'shared': SHARED,
  'shared-utils': SHARED,
  'route': ['service', 'server-utils', ...SHARED],
  'server-utils': ['service', ...SHARED],
  'start-up': ['service', 'server-utils', ...SHARED],
  'task': ['service', ...SHARED],
  'service': ['provider', 'worker', 'db', 'config', ...SHARED],
  'worker': ['service', 'provider', ...SHARED],
  'provider': ['worker', 'config', ...SHARED],
  'db': SHARED,
  'player': ['shared-utils'],
}

/** Packages of a room that may not import any package; `type` = only its types. */
const DATES = ['@internationalized/date', 'date-fns', 'date-fns/**', 'luxon', 'temporal-polyfill', 'temporal-polyfill/**']
const PACKAGES = {
  'shared': ['zod', 'zod/**', ...DATES],
  'shared-utils': ['zod', 'zod/**', ...DATES],
  'player': ['vue', '@vue/**'],
}

/** Services know nothing of HTTP: the edge translates. */
const HTTP = ['h3', 'h3/**', 'nitropack', 'nitropack/**']
/** What must never be in a bundle for the browser. */
const SERVER_ONLY = [...HTTP, 'drizzle-orm', 'drizzle-orm/**', 'postgres', '@electric-sql/**', 'pino', 'unstorage', 'unstorage/**', '@elevenlabs/**', '@anthropic-ai/**']

const elements = ROOMS.map(([type, pattern]) => ({ type, pattern: [pattern, `${pattern}/**`], partialMatch: false }))
const from = types => ({ element: { types: { anyOf: [types].flat() } } })
const external = source => ({ module: { origin: 'external', ...(source && { source }) } })
const core = { module: { origin: 'core' } }
const file = categories => ({ file: { categories } })
const closed = Object.keys(PACKAGES)
const open = [...new Set(ROOMS.map(([type]) => type))].filter(type => !closed.includes(type))

const policies = [
  ...Object.entries(ALLOWED).map(([type, others]) => ({ from: from(type), allow: { to: from([type, ...others]) } })),
  { from: from(['server', 'config']), allow: { to: from(['server', 'config', ...SHARED]) } },
  { from: file('app'), allow: { to: from(ALLOWED.page) } },
  { from: file('app'), allow: { to: external() } },
  { from: from(['provider', 'worker']), allow: { to: file('errors') } },
  { from: from('player'), allow: { to: from('shared'), dependency: { kind: 'type' } } },
  { from: from(open), allow: { to: external() } },
  { from: from(open.filter(type => !BROWSER.includes(type))), allow: { to: core } },
  ...Object.entries(PACKAGES).map(([type, source]) => ({ from: from(type), allow: { to: external(source) } })),
  { from: from(['service', 'provider', 'worker', 'db']), disallow: { to: external(HTTP) } },
  { from: from(BROWSER), disallow: { to: external(SERVER_ONLY) } },
]

/** @type {import('eslint').Linter.Config[]} */
export default [
  {
    name: 'mediaflow/boundaries',
    files: ['**/*.{ts,mts,js,mjs,vue}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'boundaries/files': FILES,
      'boundaries/root-path': root,
      'import/resolver': { [fileURLToPath(new URL('resolver.cjs', import.meta.url))]: { root } },
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, policies }],
    },
  },
  {
    name: 'mediaflow/relative-imports',
    files: ['server/**'],
    rules: restrictImports('^(?:~~?|@@?)/|^#(?:shared|server)/'),
  },
  {
    name: 'mediaflow/no-framework',
    files: ['server/services/**', 'server/providers/**', 'server/workers/**', 'db/**', 'shared/**', 'player/**'],
    rules: restrictImports('^(?:~~?|@@?)/|^#'),
  },
]

/** Aliases and virtual modules exist inside Nuxt only; these files also run outside it (tests, workers, scripts). */
function restrictImports(regex) {
  return { 'no-restricted-imports': ['error', { patterns: [{ regex, message: 'Here imports are relative, and nothing comes from Nuxt by magic.' }] }] }
}
