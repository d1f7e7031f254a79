import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/lib/project.mjs'

/** The project's own configuration; the sources exist only here, at places where such a file could stand. */
const eslint = new ESLint({ cwd: root })
const RULES = ['boundaries/dependencies', 'no-restricted-imports']

async function complaints(file: string, code: string) {
  const source = file.endsWith('.vue') ? `<script setup lang="ts">\n${code}\n</script>\n` : `${code}\n`
  const [result] = await eslint.lintText(source, { filePath: `${root}/${file}` })
  const fatal = result!.messages.filter(message => message.fatal)
  expect(fatal).toEqual([])
  return result!.messages.filter(message => RULES.includes(message.ruleId ?? '')).map(message => message.message)
}

describe('a forbidden import', () => {
  it.each([
    ['a page reads the database', 'pages/library.vue', `import { useDb } from '~~/db/client'`],
    ['a page calls a service', 'pages/library.vue', `import { listMessages } from '~/server/services/library/list'`],
    ['a page takes a type of the server', 'pages/library.vue', `import type { Row } from '~~/db/schema/library'`],
    ['the root of the app reads the database', 'app.vue', `import { useDb } from './db/client'`],
    ['a component loads a service later', 'components/library/LibraryGrid.vue', `const load = () => import('~~/server/services/library/list')`],
    ['a component imports a page', 'components/library/LibraryGrid.vue', `import Page from '../../pages/index.vue'`],
    ['a component uses a part of Node', 'components/audio/Wave.vue', `import { readFile } from 'node:fs/promises'`],
    ['a composable brings the database library to the browser', 'composables/useAudio.ts', `import { eq } from 'drizzle-orm'`],
    ['a composable imports a component', 'composables/useAudio.ts', `import Wave from '../components/audio/Wave.vue'`],
    ['a store imports a component', 'stores/audio.ts', `import Wave from '../components/audio/Wave.vue'`],
    ['a store reads the database', 'stores/audio.ts', `export * from '../db/schema'`],
    ['a route reads the database', 'server/api/v1/audio/voices.get.ts', `import { useDb } from '../../../../db/client'`],
    ['a route calls a provider', 'server/api/v1/audio/voices.get.ts', `import { espeak } from '../../../providers/speech/espeak'`],
    ['a socket reads the database', 'server/routes/ws/player.ts', `import { useDb } from '../../../db/client'`],
    ['an event helper reads the database', 'server/utils/require-member.ts', `import { useDb } from '../../db/client'`],
    ['a task reads the database', 'server/tasks/sweep.ts', `import { useDb } from '../../db/client'`],
    ['a start-up plugin calls a provider', 'server/plugins/start.ts', `import { espeak } from '../providers/speech/espeak'`],
    ['a service knows h3', 'server/services/audio/generate.ts', `import { createError } from 'h3'`],
    ['a service takes the type of an event', 'server/services/audio/generate.ts', `import type { H3Event } from 'h3'`],
    ['a service knows Nitro', 'server/services/audio/generate.ts', `import { useStorage } from 'nitropack/runtime'`],
    ['a service uses auto-imports by name', 'server/services/audio/generate.ts', `import { useRuntimeConfig } from '#imports'`],
    ['a service uses an event helper', 'server/services/audio/generate.ts', `import { parseBody } from '../../utils/parse-body'`],
    ['a service calls a route', 'server/services/audio/generate.ts', `import handler from '../../api/v1/health.get'`],
    ['a service imports the app', 'server/services/audio/generate.ts', `import { useAudioStore } from '../../../stores/audio'`],
    ['a service imports by an alias', 'server/services/audio/generate.ts', `import { fail } from '~~/server/services/errors'`],
    ['a provider calls a service', 'server/providers/speech/espeak.ts', `import { saveFile } from '../../services/files'`],
    ['a provider reads the database', 'server/providers/speech/espeak.ts', `import { useDb } from '../../../db/client'`],
    ['the schema calls a service', 'db/client.ts', `import { settings } from '../server/services/settings'`],
    ['the schema imports by an alias', 'db/schema/audio.ts', `import { Voice } from '#shared/schemas/voice'`],
    ['shared code reads the database', 'shared/schemas/audio.ts', `import { messages } from '../../db/schema/library'`],
    ['shared code takes a type of the server', 'shared/schemas/audio.ts', `import type { Voice } from '../../server/providers/speech/types'`],
    ['shared code uses a part of Node', 'shared/utils/hash.ts', `import { createHash } from 'node:crypto'`],
    ['shared code uses a package that it may not', 'shared/utils/hash.ts', `import { ref } from 'vue'`],
    ['the player validates with zod', 'player/core/queue.ts', `import { z } from 'zod'`],
    ['the player runs the protocol instead of naming its types', 'player/core/queue.ts', `import { ServerMessage } from '../../shared/protocol'`],
    ['the player uses a composable of Nuxt', 'player/App.vue', `import { useAudio } from '../composables/useAudio'`],
    ['the player uses Nuxt', 'player/App.vue', `import { useHead } from '#imports'`],
    ['the player calls the server\'s code', 'player/core/queue.ts', `import { air } from '../../server/services/player/air'`],
  ])('%s', async (_, file, code) => {
    expect(await complaints(file, code)).not.toEqual([])
  })
})

describe('an allowed import', () => {
  it.each([
    ['pages/library.vue', `import Grid from '~/components/library/LibraryGrid.vue'\nimport { useAudio } from '~/composables/useAudio'\nimport { NewMessage } from '#shared/schemas/library'\nimport { computed } from 'vue'`],
    ['pages/player.vue', `import App from '~~/player/App.vue'`],
    ['app.vue', `import Root from './components/layout/Root.vue'`],
    ['components/library/LibraryGrid.vue', `import Card from './MessageCard.vue'\nimport { useLibraryStore } from '~/stores/library'\nimport { asClock } from '~~/shared/utils/time'`],
    ['composables/useWebSocket.ts', `import type { ServerMessage } from '#shared/protocol'\nimport { useAudioStore } from '../stores/audio'`],
    ['stores/audio.ts', `import { defineStore } from 'pinia'\nimport { useAudio } from '../composables/useAudio'`],
    ['server/api/v1/audio/voices.get.ts', `import { listVoices } from '../../../services/audio/voices'\nimport { requireMember } from '../../../utils/require-member'\nimport { getQuery } from 'h3'`],
    ['server/utils/http-error.ts', `import { DomainError } from '../services/errors'\nimport { setResponseHeader } from 'h3'`],
    ['server/plugins/start.ts', `import { startDatabase } from '../services/database'`],
    ['server/tasks/sweep.ts', `import { sweepFiles } from '../services/files/sweep'`],
    ['server/services/audio/generate.ts', `import { readFile } from 'node:fs/promises'\nimport { eq } from 'drizzle-orm'\nimport { useDb } from '../../../db/client'\nimport { espeak } from '../../providers/speech/espeak'\nimport { Conflict } from '../errors'\nimport { NewMessage } from '../../../shared/schemas/library'`],
    ['server/providers/speech/elevenlabs.ts', `import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'\nimport { ProviderFailed } from '../../services/errors'`],
    ['db/client.ts', `import { drizzle } from 'drizzle-orm/pglite'\nimport { join } from 'node:path'\nimport { Role } from '../shared/schemas/client'`],
    ['shared/schemas/audio.ts', `import { z } from 'zod'\nimport { countWords } from '../utils/words'`],
    ['player/core/queue.ts', `import type { ServerMessage } from '../../shared/protocol'\nimport { gain } from '../../shared/utils/loudness'\nimport { ref } from 'vue'`],
    ['tests/unit/db/client.test.ts', `import { useDb } from '../../../db/client'\nimport { expect } from 'vitest'`],
    ['scripts/backup.mjs', `import { useDb } from '../db/client'`],
  ])('%s', async (file, code) => {
    expect(await complaints(file, code)).toEqual([])
  })
})
