/** Light, dark, or as the machine says: with what is chosen now. */
export function useThemes() {
  const { t } = useI18n()
  const colorMode = useColorMode()

  const themes = computed(() => [
    { id: 'system', label: t('common.theme.system'), icon: 'i-lucide-monitor' },
    { id: 'light', label: t('common.theme.light'), icon: 'i-lucide-sun' },
    { id: 'dark', label: t('common.theme.dark'), icon: 'i-lucide-moon' },
  ].map(theme => ({
    ...theme,
    active: colorMode.preference === theme.id,
    choose: () => { colorMode.preference = theme.id },
  })))

  return { themes }
}
