/** Icons that a category can have: what announcements of shops, malls and stations are about. */
export const CATEGORY_ICONS = [
  'i-lucide-megaphone', 'i-lucide-tag', 'i-lucide-clock', 'i-lucide-hand-helping', 'i-lucide-shield-alert', 'i-lucide-bell',
  'i-lucide-info', 'i-lucide-star', 'i-lucide-heart', 'i-lucide-gift', 'i-lucide-percent', 'i-lucide-badge-euro',
  'i-lucide-shopping-cart', 'i-lucide-shopping-bag', 'i-lucide-store', 'i-lucide-package', 'i-lucide-truck', 'i-lucide-car',
  'i-lucide-bike', 'i-lucide-bus', 'i-lucide-square-parking', 'i-lucide-utensils', 'i-lucide-coffee', 'i-lucide-croissant',
  'i-lucide-apple', 'i-lucide-fish', 'i-lucide-beef', 'i-lucide-wine', 'i-lucide-cake', 'i-lucide-shirt',
  'i-lucide-baby', 'i-lucide-dog', 'i-lucide-users', 'i-lucide-user-search', 'i-lucide-door-open', 'i-lucide-wrench',
  'i-lucide-spray-can', 'i-lucide-flame', 'i-lucide-siren', 'i-lucide-cross', 'i-lucide-calendar-days', 'i-lucide-party-popper',
  'i-lucide-sun', 'i-lucide-snowflake', 'i-lucide-music', 'i-lucide-mic',
] as const

/** Colours offered first; any other can be picked. Told apart on light and on dark. */
export const CATEGORY_COLOURS = [
  '#ef4444', '#f97316', '#f59e0b', '#84cc16', '#10b981', '#14b8a6', '#0ea5e9', '#6366f1', '#a855f7', '#ec4899', '#78716c', '#475569',
] as const
