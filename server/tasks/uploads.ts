import { drainUploads } from '../services/audio/upload/queue'
import { sweepUnfinishedUploads } from '../services/audio/upload/resumable'
import { drainJobs } from '../services/library/jobs'

/** Makes true: no upload waits, no job over the library stands still, and what nobody finished sending is gone. */
export default defineTask({
  meta: { name: 'uploads', description: 'Processes waiting uploads, goes on with jobs, removes unfinished uploads' },
  async run() {
    await sweepUnfinishedUploads()
    const done = await drainUploads()
    await drainJobs()
    return { result: { done } }
  },
})
