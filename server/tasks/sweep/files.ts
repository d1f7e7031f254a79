import { useFileStore } from '../../services/audio/files'
import { sweepFiles } from '../../services/audio/file-sweep'
import { useDb } from '../../services/database'
import { forgetWords } from '../../services/library/search'
import { useLogger } from '../../services/logger'

/** Words cost little to keep and a walk through the library to forget: once a day and instance, ms. */
const WORDS_EVERY_MS = 86_400_000
let wordsForgotten = -Infinity

/** Makes true: no row without its file, no file without its row, no word without its message. */
export default defineTask({
  meta: { name: 'sweep:files', description: 'Removes files that nothing uses, and takes messages whose file is gone out of the library' },
  async run() {
    const result = await sweepFiles(await useDb(), useFileStore())
    const log = useLogger('audio')
    if (result.missing.length > 0) log.error({ missing: result.missing }, 'files are missing: their messages left the library')
    if (result.removed_files + result.removed_rows > 0) log.info({ removed_files: result.removed_files, removed_rows: result.removed_rows }, 'unused files removed')
    if (performance.now() - wordsForgotten > WORDS_EVERY_MS) {
      wordsForgotten = performance.now()
      await forgetWords()
    }
    return { result }
  },
})
