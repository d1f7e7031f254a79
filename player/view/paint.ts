import type { View } from './present'

/** How the class of a word tells whether it has been heard. */
export const wordClass = (index: number, current: number) => index < current ? 'said' : index === current ? 'saying' : ''

/**
 * Paints views over the markup that the server has rendered: every element says by its attributes which names of the
 * view it shows (`data-text`, `data-show`, `data-class`, `data-attr="attribute:name …"`, `data-words`, `data-scroll`).
 * Only what has changed is touched, so that a screen at rest costs nothing.
 */
export function createPainter(root: ParentNode): (view: View) => void {
  const followers: ((view: View) => void)[] = []

  function follow<T>(name: string, shown: T, set: (value: T) => void) {
    followers.push((view) => {
      const value = view[name as keyof View] as unknown as T
      if (value === shown) return
      shown = value
      set(value)
    })
  }

  function each(kind: string, take: (element: HTMLElement, name: string) => void) {
    const attribute = `data-${kind}`
    root.querySelectorAll<HTMLElement>(`[${attribute}]`).forEach(element => take(element, element.getAttribute(attribute)!))
  }

  each('text', (element, name) => follow(name, element.textContent, text => element.textContent = text))
  each('class', (element, name) => follow(name, element.getAttribute('class'), value => element.setAttribute('class', value!)))
  each('attr', (element, pairs) => pairs.split(' ').forEach((pair) => {
    const [attribute, name] = pair.split(':') as [string, string]
    follow(name, element.getAttribute(attribute), (value) => {
      if (value === null) element.removeAttribute(attribute)
      else element.setAttribute(attribute, value)
    })
  }))
  each('words', element => followers.push(wordPainter(element)))
  each('show', (element, name) => {
    let hidden = element.hasAttribute('hidden')
    followers.push((view) => {
      const hide = !view[name as keyof View]
      if (hide === hidden) return
      hidden = hide
      element.hidden = hide
    })
  })
  // last: how far there is to go depends on what is shown
  each('scroll', (element, name) => follow(name, 0, share => element.scrollTop = share * (element.scrollHeight - element.clientHeight)))

  return view => followers.forEach(show => show(view))
}

/** The words of a text, each an element of its own, so that none of them moves when it is heard. */
function wordPainter(element: HTMLElement) {
  let text = Array.prototype.map.call(element.children, (span: Element) => span.textContent).join('\n')
  let current: number | null = null
  return ({ words, word }: View) => {
    const wanted = words.join('\n')
    if (wanted !== text) {
      text = wanted
      current = null
      element.textContent = ''
      words.forEach(piece => element.appendChild(element.ownerDocument.createElement('span')).textContent = piece)
    }
    if (word === current) return
    current = word
    for (let i = 0; i < words.length; i++) {
      const span = element.children[i]!
      const value = wordClass(i, word)
      if (span.getAttribute('class') !== value) span.setAttribute('class', value)
    }
  }
}
