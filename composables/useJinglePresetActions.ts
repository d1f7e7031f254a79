import type { JinglePreset, JinglePresetPatch, JingleRecipe } from '#shared/schemas/jingle'

const URL = '/api/v1/audio/jingle-presets'

/** What can be done with presets: the call, the notice, and the list afterwards. Creating throws, so that a form can say why. */
export function useJinglePresetActions() {
  const { apiPost, apiPatch, apiDelete } = useApi()
  const { success, failure } = useNotification()
  const confirm = useConfirm()
  const { t } = useI18n()
  const refresh = () => refreshNuxtData(JINGLE_KEYS.presets)

  async function create(name: string, recipe: JingleRecipe): Promise<JinglePreset> {
    const created = await apiPost<JinglePreset>(URL, { name, recipe }, { idempotent: true })
    await refresh()
    success(t('jingle.preset.created', { name: created.name }))
    return created
  }

  async function update(preset: JinglePreset, patch: JinglePresetPatch) {
    try {
      await apiPatch(`${URL}/${preset.preset_id}`, patch)
      success(t('jingle.preset.saved', { name: patch.name ?? preset.name }))
      await refresh()
      return true
    }
    catch (thrown) {
      failure(t('jingle.preset.save_failed'), thrown)
      return false
    }
  }

  async function remove(preset: JinglePreset) {
    if (!await confirm({ title: t('jingle.preset.delete_title', { name: preset.name }), text: t('jingle.preset.delete_text'), action: t('common.actions.delete') })) return
    try {
      await apiDelete(`${URL}/${preset.preset_id}`)
      success(t('jingle.preset.deleted', { name: preset.name }))
    }
    catch (thrown) {
      failure(t('jingle.preset.delete_failed'), thrown)
    }
    await refresh()
  }

  return { create, update, remove }
}
