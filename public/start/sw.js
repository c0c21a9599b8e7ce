// Keeps the site for times without a network. `cargo xtask build` puts the list of files in.
//
// The page comes from the network whenever there is one, so that a new version is seen at once,
// and so does the data; files whose names carry their hash cannot differ and come from what is kept. A
// file is kept only if it is what this version was built with: those of two versions never mix.
'use strict';
const site = /* build */ { version: '', first: [], files: {} } /* end */;
const scope = registration.scope;
const ours = `dns-lab ${scope} `;
const shelf = () => caches.open(ours + site.version);

const nameOf = (url) => url.startsWith(scope) ? url.slice(scope.length).replace(/[?#].*/, '') || 'index.html' : '';

async function kept(name) {
  return (await shelf()).match(scope + name);
}

// Keeps a file; whether it is the one of this version.
async function keep(name, response) {
  if (!response.ok) return false;
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  if (btoa(String.fromCharCode(...digest.subarray(0, 9))) !== site.files[name]) return false;
  await (await shelf()).put(scope + name, new Response(bytes, { headers: response.headers }));
  return true;
}

async function bring(name) {
  return await kept(name) !== undefined || keep(name, await fetch(scope + name, { cache: 'no-cache' }));
}

addEventListener('install', (event) => event.waitUntil((async () => {
  const all = await Promise.all(site.first.map(bring));
  // Another version is being put up just now: the next visit installs that one.
  if (all.includes(false)) throw new Error('the files are not of this version');
  await skipWaiting();
})()));

addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith(ours) && name !== ours + site.version) await caches.delete(name);
  }
  await clients.claim();
})()));

// The page has nothing else to do: one file after the other.
addEventListener('message', (event) => event.waitUntil((async () => {
  for (const name of Object.keys(site.files)) await bring(name);
})().catch(() => {})));

addEventListener('fetch', (event) => {
  const { request } = event;
  const name = request.mode === 'navigate' ? 'index.html' : nameOf(request.url);
  // Who asks for a fresh copy gets it from the host.
  if (request.method !== 'GET' || request.cache === 'reload' || !site.files[name]) return;
  event.respondWith((async () => {
    const copy = await kept(name);
    if (copy && /-[0-9a-f]{8,}/.test(name)) return copy;
    const fresh = fetch(request);
    if (!copy) {
      const response = await fresh;
      const again = response.clone();
      event.waitUntil(keep(name, again).catch(() => {}));
      return response;
    }
    // A host that is slow or at fault must not be worse than none.
    const late = new Promise((done) => setTimeout(done, 4000));
    const response = await Promise.race([fresh, late]).catch(() => {});
    return response && response.ok ? response : copy;
  })());
});
