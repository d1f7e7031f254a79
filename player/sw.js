/*
 * Keeps the page of the player on the device, so that it starts without a network. In the JavaScript of 2009: it is
 * served as it stands here, with its lists filled in. Sounds, the API and the sockets are none of its business.
 */
(function (self) {
  /** Named by what is in it: another shell is another cache. */
  var PREFIX = 'mediaflow-player-'
  var NAME = PREFIX + '__VERSION__'
  var PAGE = '/player'
  /** The script that the page has to ask for, to be of this version. */
  var SCRIPT = '__SCRIPT__'
  var STYLE = '__STYLE__'
  var ASSET = /\/player\.[0-9a-f]{12}\.(?:js|css)$/
  /** A network that is slower than this is no network. */
  var LIMIT_MS = 4000

  function within(promise) {
    return Promise.race([promise, new Promise(function (_, reject) {
      setTimeout(function () {
        reject(new Error('too slow'))
      }, LIMIT_MS)
    })])
  }

  /** From this version, or from the one before it. */
  function kept(path) {
    return caches.open(NAME).then(function (cache) {
      return cache.match(path)
    }).then(function (found) {
      return found || caches.match(path)
    })
  }

  /** The answer, when it is whole and one that can be kept; `text` as well. */
  function whole(response) {
    if (!response.ok || response.redirected) throw new Error('answered ' + response.status)
    return response.clone().text().then(function (text) {
      return { response: response, text: text }
    })
  }

  function fetchPart(path) {
    return fetch(new Request(path, { cache: 'reload', credentials: 'same-origin' })).then(whole).then(function (part) {
      // a server that is just being replaced may send the page of another version
      if (path === PAGE && part.text.indexOf(SCRIPT) < 0) throw new Error('the page is of another version')
      return part
    })
  }

  /** All of it or nothing: until then the last good one stays in force. */
  function install() {
    var paths = [PAGE, SCRIPT, STYLE]
    return Promise.all(paths.map(fetchPart)).then(function (parts) {
      return caches.open(NAME).then(function (cache) {
        return Promise.all(parts.map(function (part, i) {
          return cache.put(paths[i], part.response)
        }))
      })
    }).then(function () {
      return self.skipWaiting()
    })
  }

  /** The one before stays too: a page of it may still be open, or in some proxy. */
  function sweep() {
    return caches.keys().then(function (names) {
      var old = names.filter(function (name) {
        return name.indexOf(PREFIX) === 0 && name !== NAME
      })
      return Promise.all(old.slice(0, -1).map(function (name) {
        return caches.delete(name)
      }))
    })
  }

  /** The server's page when it comes in time, so that an update is seen at once; else the one that is kept. */
  function openPage(event) {
    // by a name of its own: old engines let it wait for an earlier question about the same, which nobody may ever answer
    return within(fetch(PAGE + '?at=' + Date.now(), { cache: 'no-store', credentials: 'same-origin', redirect: 'manual' }).then(function (response) {
      if (response.type === 'opaqueredirect') return response
      return whole(response.clone()).then(function (part) {
        if (part.text.indexOf(SCRIPT) >= 0) {
          event.waitUntil(caches.open(NAME).then(function (cache) {
            return cache.put(PAGE, part.response)
          }))
        }
        return response
      })
    })).catch(function () {
      return kept(PAGE).then(function (found) {
        return found || fetch(event.request)
      })
    })
  }

  self.addEventListener('install', function (event) {
    event.waitUntil(install())
  })
  self.addEventListener('activate', function (event) {
    event.waitUntil(sweep())
  })
  self.addEventListener('fetch', function (event) {
    var request = event.request
    var url = new URL(request.url)
    if (request.method !== 'GET' || url.origin !== self.location.origin) return
    // its scope takes in /players too, which is the dashboard's
    if (request.mode === 'navigate') {
      if (url.pathname.replace(/\/$/, '') === PAGE) event.respondWith(openPage(event))
    }
    else if (ASSET.test(url.pathname)) {
      event.respondWith(kept(url.pathname).then(function (found) {
        return found || fetch(request)
      }))
    }
  })
})(self)
