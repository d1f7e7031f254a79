/** What this installation is called: `APP_NAME` as the server knows it, in the payload for the browser. */
export function useAppName() {
  return useState('app_name', () => String(useRequestEvent()?.context.app_name ?? 'MediaFlow'))
}
