import { ProviderFailed } from '../errors'
import type { Call } from './elevenlabs-client'
import type { ElevenLabsLimits } from './elevenlabs'
import type { Slots } from './slots'
import type { SpeechQuota } from './types'

const FRESH_MS = 6 * 3_600_000
const RETRY_MS = 5 * 60_000
const TIMEOUT_MS = 5_000
const UNKNOWN_MODEL_CHARACTERS = 10_000

/** What the vendor says of this account: requests at once and characters a request. Never needed in order to speak. */
export function createAccount(call: Call, limits: ElevenLabsLimits, slots: Slots) {
  const listed = new Map<string, number>()
  let refreshing: Promise<void> | undefined
  let due_at = 0
  let quota: SpeechQuota | null = null

  const getModels = (signal?: AbortSignal) =>
    call({ signal, timeout_ms: TIMEOUT_MS, max_attempts: 1 }, (client, options) => client.models.list(options))
  const getSubscription = (signal?: AbortSignal) =>
    call({ signal, timeout_ms: TIMEOUT_MS, max_attempts: 1 }, (client, options) => client.user.subscription.get(options))

  async function load() {
    const [models, subscription] = await Promise.allSettled([getModels(), getSubscription()])
    if (models.status === 'fulfilled') {
      for (const { modelId, maximumTextLengthPerRequest } of models.value.data) {
        if (maximumTextLengthPerRequest) listed.set(modelId, maximumTextLengthPerRequest)
      }
    }
    const plan = subscription.status === 'fulfilled' ? limits.concurrency[subscription.value.data.tier] : undefined
    if (plan) slots.resize(plan)
    if (subscription.status === 'fulfilled') quota = { used: subscription.value.data.characterCount, limit: subscription.value.data.characterLimit }
    // A key may lack the permission to read its plan: the sizes of the smallest one stay.
    due_at = Date.now() + (models.status === 'fulfilled' && subscription.status === 'fulfilled' ? FRESH_MS : RETRY_MS)
  }

  return {
    /** Never rejects. All callers share one, so none of them can end it. */
    refresh(): Promise<void> {
      if (Date.now() < due_at) return Promise.resolve()
      refreshing ??= load().finally(() => refreshing = undefined)
      return refreshing
    },

    /** As of the last time that it was asked for. */
    knownQuota: (): SpeechQuota | null => quota,

    knownMaxCharacters(model: string): number {
      return listed.get(model) ?? limits.models[model]?.max_characters ?? UNKNOWN_MODEL_CHARACTERS
    },

    /** One sentence on an account that would speak now; rejects with the reason why it would not. */
    async describe(model: string, signal?: AbortSignal): Promise<string> {
      const { data: models } = await getModels(signal)
      const offered = models.find(({ modelId }) => modelId === model)
      if (!offered || offered.canDoTextToSpeech === false) {
        throw new ProviderFailed({
          vendor: 'elevenlabs', code: 'speech_model_unavailable', status: 502,
          message: `ElevenLabs does not offer the speech model "${model}" to this account. Check ELEVENLABS_MODEL_ID.`,
        })
      }
      try {
        const { data: { tier, characterCount, characterLimit } } = await getSubscription(signal)
        if (characterCount >= characterLimit) {
          throw new ProviderFailed({
            vendor: 'elevenlabs', code: 'speech_quota_exceeded', status: 503,
            message: 'The ElevenLabs account has no characters left in this billing period.',
          })
        }
        return `ElevenLabs is ready: ${characterLimit - characterCount} of ${characterLimit} characters left on the plan "${tier}".`
      }
      catch (error) {
        // A key may lack the permission to read its plan, and needs none to speak.
        if (error instanceof ProviderFailed && ['speech_key_forbidden', 'speech_bad_answer'].includes(error.code)) return 'ElevenLabs is ready.'
        throw error
      }
    },
  }
}
