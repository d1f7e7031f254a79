export default defineAppConfig({
  ui: {
    colors: { primary: 'petrol', secondary: 'signal', neutral: 'ink' },
    button: { slots: { base: 'font-semibold' } },
    card: { slots: { root: 'rounded-xl', header: 'p-4 sm:px-5', body: 'p-4 sm:p-5', footer: 'p-4 sm:px-5' } },
    dashboardSidebar: {
      slots: { root: 'border-none min-w-14', header: 'px-3 pt-1', body: 'px-3 gap-3', footer: 'px-3 pb-3 flex-col items-stretch gap-1' },
      variants: { side: { left: { root: 'border-none' } } },
    },
    // The page is a sheet that lies on the housing: on wide screens with a margin and rounded corners.
    dashboardPanel: {
      slots: {
        root: 'bg-default lg:min-h-0 lg:h-[calc(100svh-1rem)] lg:my-2 lg:me-2 lg:rounded-xl lg:ring lg:ring-default lg:shadow-xs lg:overflow-hidden lg:not-last:border-e-0',
        body: 'p-4 sm:p-6 lg:p-8',
      },
    },
    dashboardNavbar: {
      slots: { root: 'px-4 sm:px-6 lg:px-8 border-muted', title: 'text-lg font-bold tracking-tight' },
    },
    formField: { slots: { label: 'font-semibold', help: 'text-sm' } },
    modal: { slots: { content: 'rounded-xl', title: 'font-bold tracking-tight' }, variants: { overlay: { true: { overlay: 'bg-(--mf-scrim)' } } } },
    slideover: { slots: { title: 'font-bold tracking-tight' }, variants: { overlay: { true: { overlay: 'bg-(--mf-scrim)' } } } },
    tooltip: { slots: { content: 'font-medium' } },
  },
})
