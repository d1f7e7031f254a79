import { LayoutConfirm } from '#components'

interface Question {
  title: string
  text: string
  /** The verb on the button, e.g. "Delete". */
  action: string
}

/** Asks before something that cannot be undone; resolves to whether the person agreed. */
export function useConfirm() {
  const overlay = useOverlay()

  return async (question: Question): Promise<boolean> => {
    return await overlay.create(LayoutConfirm, { destroyOnClose: true }).open(question).result === true
  }
}
