import { parentPort } from 'node:worker_threads'
import { answerChecks } from '../services/audio/checking'

/** The thread beside each thread of `audio`, which measures what that one encodes. */
if (parentPort) answerChecks(parentPort)
