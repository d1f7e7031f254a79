import { z } from 'zod'
import { MAX_TEXT_CHARACTERS, SPEECH_TEXT_PROBLEMS, normalizeText, speechTextProblem } from '../utils/speech-text'

/**
 * The text of a message: checked, and normalised on the way out. A refused text has one issue whose `params.code` is
 * `text_empty`, `text_unspeakable` or `text_too_long`.
 */
export const SpeechTextSchema = z.string()
  .superRefine((raw, context) => {
    const code = speechTextProblem(raw)
    if (code) context.addIssue({ code: 'custom', message: SPEECH_TEXT_PROBLEMS[code], params: { code } })
  })
  .overwrite(normalizeText)
  .meta({ description: `What is to be said, 1 to ${MAX_TEXT_CHARACTERS} characters, with at least one letter or digit` })
