/** The places of the dashboard: what the sidebar, the command palette and the keyboard share. `key` follows `g`. */
export function useNavigation() {
  const { t } = useI18n()

  const places = computed(() => [
    { id: 'announce', label: t('common.nav.announce'), icon: 'i-lucide-megaphone', to: '/', key: 'a' },
    { id: 'today', label: t('today.title'), icon: 'i-lucide-gauge', to: '/today', key: 'h' },
    { id: 'library', label: t('common.nav.library'), icon: 'i-lucide-library-big', to: '/library', key: 'l' },
    { id: 'templates', label: t('templates.title'), icon: 'i-lucide-notepad-text-dashed', to: '/templates', key: 't' },
    { id: 'shortcuts', label: t('templates.board.title'), icon: 'i-lucide-layout-grid', to: '/shortcuts', key: 'b' },
    { id: 'music', label: t('common.nav.music'), icon: 'i-lucide-music', to: '/music', key: 'm' },
    { id: 'calendar', label: t('calendar.title'), icon: 'i-lucide-calendar-days', to: '/calendar', key: 'k' },
    { id: 'schedules', label: t('events.title'), icon: 'i-lucide-calendar-cog', to: '/schedules', key: 'e' },
    { id: 'day', label: t('day.title'), icon: 'i-lucide-clock-4', to: '/day', key: 'd' },
    { id: 'players', label: t('common.nav.players'), icon: 'i-lucide-monitor-speaker', to: '/players', key: 'p' },
    { id: 'plays', label: t('player.log.title'), icon: 'i-lucide-list-checks', to: '/plays', key: 'r' },
    { id: 'alerts', label: t('alert.title'), icon: 'i-lucide-bell', to: '/alerts', key: 'v' },
    { id: 'stores', label: t('common.nav.stores'), icon: 'i-lucide-store', to: '/stores', key: 's' },
    { id: 'settings', label: t('common.nav.settings'), icon: 'i-lucide-sliders-horizontal', to: '/settings', key: 'c' },
  ])

  return { places }
}
