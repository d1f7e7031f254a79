import { useFileStore } from '../../services/audio/files'
import { sweepFiles } from '../../services/audio/file-sweep'
import { useDb } from '../../services/database'
import { useLogger } from '../../services/logger'

/** Makes true: no row without its file, no file without its row. */
export default defineTask({
  meta: { name: 'sweep:files', description: 'Removes files that nothing uses, and takes messages whose file is gone out of the library' },
  async run() {
    const result = await sweepFiles(await useDb(), useFileStore())
    const log = useLogger('audio')
    if (result.missing.length > 0) log.error({ missing: result.missing }, 'files are missing: their messages left the library')
    if (result.removed_files + result.removed_rows > 0) log.info({ removed_files: result.removed_files, removed_rows: result.removed_rows }, 'unused files removed')
    return { result }
  },
})
