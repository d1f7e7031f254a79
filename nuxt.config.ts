import { cp } from 'node:fs/promises'
import { join } from 'node:path'

/** One file a room and language, each with its own top-level key. */
const LOCALE_FILES = ['common', 'client', 'audio', 'reading', 'library', 'templates', 'jingle', 'music', 'uploads', 'sound', 'player', 'airing', 'limits', 'events', 'calendar', 'day', 'today', 'alert', 'errors', 'docs']

export default defineNuxtConfig({
  modules: ['@nuxt/eslint', '@nuxt/ui', '@pinia/nuxt', '@nuxtjs/i18n', 'nuxt-security'],
  devtools: { enabled: false },
  app: { head: { htmlAttrs: { lang: 'es' } } },
  ui: { fonts: false, experimental: { componentDetection: true } },
  dir: { app: '.' },
  srcDir: '.',
  serverDir: 'server',
  ignore: ['db/**', 'tests/**', 'scripts/**'],
  sourcemap: { server: true, client: false },
  // The dashboard's styles are most of a page: as a file they come compressed, and once.
  features: { inlineStyles: false },
  compatibilityDate: '2026-11-01',
  nitro: {
    preset: 'node-server',
    experimental: { websocket: true, tasks: true },
    scheduledTasks: { '* * * * *': ['sweep', 'uploads', 'alerts'], '*/10 * * * *': ['sweep:files'], '17 3 * * *': ['backup'] },
    hooks: {
      // Migrations and music travel with the server, which finds them beside its entry.
      async compiled(nitro) {
        await cp('db/migrations', join(nitro.options.output.serverDir, 'migrations'), { recursive: true })
        await cp('config/sounds', join(nitro.options.output.serverDir, 'sounds'), { recursive: true })
      },
    },
    // Newer than Nitro's list of what Node brings along.
    rollupConfig: { external: ['node:sqlite'], output: {} },
    typescript: { tsConfig: { include: ['../db/**/*', '../config/**/*'] } },
  },
  typescript: {
    strict: true,
    tsConfig: {
      compilerOptions: { noUncheckedIndexedAccess: true },
      exclude: ['../db/**', '../tests/**', '../scripts/**', '../*.config.ts', '../server/**'],
    },
  },
  telemetry: false,
  hooks: {
    // Ours first; what it leaves alone goes to Nuxt's own, which shows error.vue.
    'nitro:config'(config) {
      config.errorHandler = ['~~/server/utils/error-handler.ts', ...[config.errorHandler ?? []].flat()]
    },
  },
  eslint: {
    config: {
      stylistic: { indent: 2, semi: false, quotes: 'single', commaDangle: 'always-multiline' },
    },
  },
  i18n: {
    strategy: 'no_prefix',
    defaultLocale: 'es',
    langDir: 'locales',
    restructureDir: 'i18n',
    locales: [
      { code: 'es', language: 'es-ES', name: 'Español', files: LOCALE_FILES.map(file => `es/${file}.json`) },
      { code: 'en', language: 'en-GB', name: 'English', files: LOCALE_FILES.map(file => `en/${file}.json`) },
    ],
    // Spanish until somebody chooses otherwise: plugins/locale.ts keeps the choice.
    detectBrowserLanguage: false,
  },
  icon: {
    provider: 'none',
    fallbackToApi: false,
    clientBundle: { scan: { globInclude: ['**/*.vue', 'app.config.ts', 'shared/**/*.ts', 'composables/**/*.ts', 'config/*.json', 'server/services/**/*.ts'], globExclude: ['node_modules', '.nuxt', '.output', '.data', 'tests'] }, sizeLimitKb: 512 },
    serverBundle: { collections: ['lucide'] },
  },
  security: {
    nonce: true,
    ssg: false,
    headers: {
      contentSecurityPolicy: {
        'default-src': ['\'self\''],
        'base-uri': ['\'none\''],
        'form-action': ['\'self\''],
        'frame-ancestors': ['\'none\''],
        'object-src': ['\'none\''],
        'script-src': ['\'self\'', '\'nonce-{{nonce}}\''],
        'script-src-attr': ['\'none\''],
        'style-src': ['\'self\'', '\'unsafe-inline\''],
        'img-src': ['\'self\'', 'data:', 'blob:'],
        'font-src': ['\'self\'', 'data:'],
        'media-src': ['\'self\'', 'blob:'],
        'connect-src': ['\'self\'', 'ws:', 'wss:'],
        'worker-src': ['\'self\''],
        'manifest-src': ['\'self\''],
        // Stores reach the server by plain http on their own network: never upgrade by force.
        'upgrade-insecure-requests': false,
      },
      crossOriginEmbedderPolicy: false,
      strictTransportSecurity: false,
      permissionsPolicy: { 'camera': [], 'geolocation': [], 'display-capture': [], 'microphone': ['self'], 'fullscreen': ['self'] },
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
    },
    requestSizeLimiter: false,
    rateLimiter: false,
    xssValidator: false,
    corsHandler: false,
    allowedMethodsRestricter: false,
    removeLoggers: false,
    csrf: false,
    hidePoweredBy: true,
  },
})
