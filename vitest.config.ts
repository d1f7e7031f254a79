import { fileURLToPath } from 'node:url'
import { defineVitestProject } from '@nuxt/test-utils/config'
import type { TestProjectConfiguration } from 'vitest/config'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '')
const alias = { '#shared': `${root}/shared`, '~~': root, '@@': root, '~': root, '@': root }

/** Loading Nuxt takes seconds: only a test run that wants its project pays them (knip reads this file too). */
function wants(project: string) {
  if (!process.env.VITEST) return false
  const named = process.argv.flatMap((arg, index, all) => arg === '--project' ? [all[index + 1]] : /^--project=(.+)$/.exec(arg)?.[1] ?? [])
  return named.length === 0 || named.includes(project)
}

/** Suites that start servers and browsers: they wait more than they work, and need time to start. */
const started = {
  environment: 'node',
  testTimeout: 60_000,
  hookTimeout: 180_000,
  globalSetup: 'tests/setup/build.ts',
} as const

const projects: (TestProjectConfiguration | Promise<TestProjectConfiguration>)[] = [
  {
    resolve: { alias },
    test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], environment: 'node', setupFiles: 'tests/setup/network.ts', testTimeout: 60_000, hookTimeout: 120_000 },
  },
  { resolve: { alias }, test: { name: 'e2e', include: ['tests/e2e/**/*.test.ts'], ...started } },
  { resolve: { alias }, test: { name: 'browser', include: ['tests/browser/**/*.test.ts'], ...started } },
]

if (wants('nuxt')) {
  projects.push(defineVitestProject({
    test: {
      name: 'nuxt',
      include: ['tests/nuxt/**/*.test.ts'],
      environment: 'nuxt',
      environmentOptions: { nuxt: { domEnvironment: 'happy-dom' } },
      setupFiles: 'tests/setup/network.ts',
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  }))
}

export default defineConfig({
  test: {
    projects: await Promise.all(projects),
    maxWorkers: 2,
    // real clocks on a busy machine: what passes at the second attempt only is named at the end of `npm test`
    retry: 1,
    coverage: {
      provider: 'v8',
      reporter: ['json', 'text-summary'],
      reportOnFailure: true,
      include: ['server/**/*.ts', 'shared/**/*.ts', 'composables/**/*.ts', 'stores/**/*.ts', 'db/**/*.ts', 'player/**/*.ts'],
      exclude: ['**/*.d.ts'],
    },
  },
})
