import type { PlayerCommand } from '#shared/schemas/player'
import { createSharedComposable } from '@vueuse/core'

/** After its time a command is asked about once more, ms: the answer may have been on its way. */
const AFTER_MS = 1_500

/** One listener for all commands that somebody here waits for. */
const useNews = createSharedComposable(() => {
  const waiting = new Map<string, () => void>()
  const { on, onReturn } = useWebSocket()
  on('command_changed', ({ command_id }) => waiting.get(command_id)?.())
  onReturn(() => waiting.forEach(look => look()))
  return waiting
})

/** What becomes of commands. */
export function useCommandResults() {
  const { apiGet } = useApi()
  const waiting = import.meta.client ? useNews() : new Map<string, () => void>()

  /** Resolves when a command is done, has failed, or its time is over. Rejects when nobody can say. */
  function outcome({ player_id, command_id, expires_at }: PlayerCommand): Promise<PlayerCommand> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => void look(true), Math.max(0, Date.parse(expires_at) - Date.now()) + AFTER_MS)
      async function look(last = false) {
        try {
          const command = await apiGet<PlayerCommand>(`/api/v1/player/players/${player_id}/commands/${command_id}`)
          if (!last && (command.status === 'queued' || command.status === 'sent')) return
          end()
          resolve(command)
        }
        catch (error) {
          end()
          reject(error)
        }
      }
      function end() {
        clearTimeout(timer)
        waiting.delete(command_id)
      }
      waiting.set(command_id, () => void look())
      // It may have been done before anybody listened.
      void look()
    })
  }

  return { outcome }
}
