/** Back on LG, Back on Samsung, Exit on Samsung: they would close the page. */
const SWALLOWED = [461, 10009, 10182]

/**
 * Listens to a remote control, a mouse and a finger.
 * @param press called synchronously inside the handler, before anybody else can use the gesture up
 */
export function listenToRemote(target: Window, press: () => void) {
  target.addEventListener('keydown', (event) => {
    if (SWALLOWED.indexOf(event.keyCode) >= 0) return event.preventDefault()
    press()
  }, true)
  for (const gesture of ['mousedown', 'touchstart', 'click'] as const) target.addEventListener(gesture, press, true)
}
