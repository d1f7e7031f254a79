import type { Message } from '#shared/schemas/audio'
import type { BulkRequest, BulkResponse, Category } from '#shared/schemas/library'

/** Links carry so many ids; more are asked for in a body. */
const ZIP_LINK_IDS = 200

/** What is done with all chosen messages at once. Each can be undone while its notice stands. */
export function useBulkActions() {
  const { t } = useI18n()
  const { apiPost } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { applyTo, hide, shown } = useMessageLists()
  const selection = useLibraryStore()
  const busy = ref(false)

  const ids = () => [...selection.selected]

  function ask(request: BulkRequest) {
    return apiPost<BulkResponse>('/api/v1/library/bulk', request)
  }

  /** Runs something with the buttons held, and says why it failed. */
  async function doing(work: () => Promise<void>, failed = t('library.bulk.failed')) {
    if (busy.value) return
    busy.value = true
    try {
      await work()
    }
    catch (error) {
      failure(failed, error)
    }
    finally {
      busy.value = false
    }
  }

  /** One change, shown at once where it is already on the page, and its opposite for undo. */
  async function change(request: BulkRequest, show: (message: Message) => Message, said: (count: number) => string, undo: (changed: Message[]) => BulkRequest[]) {
    await doing(async () => {
      const { audio_ids } = await ask(request)
      const before = shown(audio_ids)
      applyTo(audio_ids, show)
      success(said(audio_ids.length), audio_ids.length
        ? { undo: () => doing(async () => {
            for (const request of undo(before)) await ask(request)
            const were = new Map(before.map(message => [message.audio_id, message]))
            applyTo(were.keys(), message => were.get(message.audio_id)!)
          }, t('library.undo_failed')) }
        : {})
    })
  }

  const idsOf = (messages: Message[]) => messages.map(message => message.audio_id)

  const setFavourite = (on: boolean) => change(
    { audio_ids: ids(), action: on ? 'favourite' : 'unfavourite' },
    message => ({ ...message, is_favourite: on }),
    count => t(on ? 'library.bulk.favourited' : 'library.bulk.unfavourited', { count }, count),
    changed => [{ audio_ids: idsOf(changed), action: on ? 'unfavourite' : 'favourite' }],
  )

  const categorise = (category: Category | null) => change(
    { audio_ids: ids(), action: 'categorise', category: category?.category_id ?? null },
    message => ({ ...message, category }),
    count => category ? t('library.bulk.categorised', { count, category: category.name }, count) : t('library.bulk.uncategorised', { count }, count),
    changed => Object.values(Object.groupBy(changed, message => message.category?.category_id ?? '')).map(group => ({
      audio_ids: idsOf(group!), action: 'categorise', category: group![0]!.category?.category_id ?? null,
    })),
  )

  const tag = (tags: string[]) => change(
    { audio_ids: ids(), action: 'tag', tags },
    message => ({ ...message, tags: [...new Set([...message.tags, ...tags])] }),
    count => t('library.bulk.tagged', { count, tags: tags.join(', ') }, count),
    // Those that had one of them keep it: only what was added goes.
    changed => tags.map(one => ({ tags: [one], without: changed.filter(message => !message.tags.includes(one)) }))
      .filter(({ without }) => without.length)
      .map(({ tags, without }) => ({ audio_ids: idsOf(without), action: 'untag', tags })),
  )

  async function remove() {
    const audio_ids = ids()
    await doing(async () => {
      if (!await removeAll(audio_ids, false)) return
      const restore = hide(audio_ids)
      success(t('library.bulk.deleted', { count: audio_ids.length }, audio_ids.length), {
        icon: 'i-lucide-trash-2',
        undo: () => doing(async () => {
          await ask({ audio_ids, action: 'restore' })
          restore()
        }, t('library.undo_failed')),
      })
    }, t('library.delete_failed'))
  }

  /** @returns false when some still wait to be heard and the person let them be */
  async function removeAll(audio_ids: string[], force: boolean): Promise<boolean> {
    try {
      await ask({ audio_ids, action: 'delete', force })
      return true
    }
    catch (error) {
      if (force || toApiError(error).code !== 'message_in_use') throw error
      const agreed = await confirm({ title: t('library.bulk.in_use_title'), text: t('library.in_use_text'), action: t('common.actions.delete') })
      return agreed && removeAll(audio_ids, true)
    }
  }

  /** All of them in one file. */
  async function download() {
    const audio_ids = ids()
    await doing(async () => {
      if (audio_ids.length <= ZIP_LINK_IDS) return save(`/api/v1/library/zip?ids=${audio_ids.join(',')}`)
      const url = URL.createObjectURL(await apiPost<Blob>('/api/v1/library/zip', { audio_ids }))
      save(url)
      setTimeout(() => URL.revokeObjectURL(url), 60_000)
    }, t('library.bulk.download_failed'))
  }

  /** Brings their sound to the loudness that the settings ask for now; goes on by itself. */
  async function renormalise() {
    await doing(async () => {
      await apiPost('/api/v1/library/jobs', { kind: 'renormalise', audio_ids: ids() }, { idempotent: true })
      await refreshNuxtData('library-jobs')
      selection.clear()
    }, t('library.jobs.failed'))
  }

  return { busy, setFavourite, categorise, tag, remove, download, renormalise }
}

function save(url: string) {
  const link = Object.assign(document.createElement('a'), { href: url, download: 'mediaflow.zip' })
  link.click()
}
