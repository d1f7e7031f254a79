import type { z } from 'zod'
import type { Store } from '#shared/schemas/client'
import type { FeedSchema } from '#shared/schemas/schedule'

export type Feed = z.infer<typeof FeedSchema>

/** The address of a store's calendar for other programs: read, and made anew so that the one before stops working. */
export function useFeedActions() {
  const { t } = useI18n()
  const { apiGet, apiPost } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const pathOf = (store: Store) => `/api/v1/schedule/feed/${store.store_id}`

  async function read(store: Store): Promise<Feed | null> {
    try {
      return await apiGet<Feed>(pathOf(store))
    }
    catch {
      return null
    }
  }

  async function renew(store: Store): Promise<Feed | null> {
    if (!await confirm({ title: t('day.feed.renew_title'), text: t('day.feed.renew_text'), action: t('day.feed.renew') })) return null
    try {
      const feed = await apiPost<Feed>(pathOf(store))
      success(t('day.feed.renewed'))
      return feed
    }
    catch (error) {
      failure(t('day.feed.failed'), error)
      return null
    }
  }

  return { read, renew }
}
