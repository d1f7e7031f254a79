import { checkerIn } from '../services/audio/checker'
import { masterVoice, type MasterOutcome, type MasterSettings, type SpeechInput } from '../services/audio/mastering'

/** The work on sound that would keep the server from answering: run it with `runInWorker('audio', …)`. */
export function masterSpeech({ input, settings, checker }: { input: SpeechInput, settings: MasterSettings, checker: string }): Promise<MasterOutcome> {
  return masterVoice(input, settings, checkerIn(checker))
}
