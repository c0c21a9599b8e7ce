// The page before the program: starts it, shows what can be read until then, and says so in
// words if it does not come. Plain, and of no module, so that nothing has to come before it.
'use strict';
(() => {
  // What the build knows; `cargo xtask data` puts it in.
  const build = /* build */ { files: {}, parts: {}, sizes: {}, offline: false } /* end */;
  // Milliseconds without a byte after which the program is given up.
  const PATIENCE = 20000;
  const ask = window.fetch;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const find = (id) => document.getElementById(id);
  const early = new Map();
  const texts = {};
  const loaded = new Promise((done) => addEventListener('DOMContentLoaded', done));
  let shell, timer, started, got = 0, total = 0, cache = 'default';

  // The learner's choice of colors, before anything is painted. Storage may be forbidden.
  try {
    const theme = localStorage.getItem('dns-lab.theme');
    if (theme) document.documentElement.dataset.theme = theme;
    if (sessionStorage.getItem('dns-lab.again')) cache = 'reload';
    sessionStorage.removeItem('dns-lab.again');
  } catch {}

  const address = () => {
    const [page, id, step] = location.hash.replace(/^#\/?|\?.*/g, '').split('/');
    return { page: page || 'home', key: id ? `${page}/${id}` : page, id, step };
  };

  // A byte has come, or something was done: the wait begins anew.
  function heard() {
    clearTimeout(timer);
    timer = setTimeout(fail, PATIENCE, 'nothing has come from its host for 20 seconds');
    const share = find('start-share');
    if (share && total > got) share.value = got / total;
  }

  // The response, with its bytes counted as they come.
  const counted = (response, headers = response.headers) => new Response(
    response.body.pipeThrough(new TransformStream({
      transform(chunk, to) {
        got += chunk.length;
        heard();
        to.enqueue(chunk);
      },
    })),
    { status: response.status, headers },
  );

  // Whether the page opens with a link, or with what was done there before: to read that takes more.
  const isLink = () => {
    const [page, link] = location.hash.split('?s=');
    try {
      return link || sessionStorage.getItem(`dns-lab.session.${page}`)?.includes('"session"');
    } catch {
      return false;
    }
  };

  // Asks for what the page of the address needs. The program gets it when it asks for it.
  function bring() {
    const { page, key } = address();
    const files = (build.files[key] || '').split(' ').filter(Boolean);
    const crowd = files.some((file) => file.startsWith('crowds/'));
    const kind = key === page || page === 'home' ? page : page === 'lesson' && crowd ? 'crowd' : `${page}/`;
    const kinds = isLink() ? [kind, 'link'] : [kind];
    for (const file of [...kinds.flatMap((it) => build.parts[it] || []), ...files]) {
      const url = new URL(file, document.baseURI).href;
      if (early.has(url)) continue;
      total += build.sizes[file] || 0;
      const whole = ask(url, { cache }).then(counted)
        .then(async (it) => new Response(await it.blob(), { status: it.status, headers: it.headers }));
      // Who asks for it hears of it.
      whole.catch(() => {});
      early.set(url, whole);
    }
  }

  // What of a lesson can be read before the program is there.
  const textOf = (id) => texts[id] ??= ask(`shell/${id}.html`).then((it) => it.ok ? it.text() : '').catch(() => '');

  // Shows the part of the shell that is about the page of the address.
  async function show() {
    const { page, key, id } = address();
    for (const part of shell.querySelectorAll('[data-page]')) {
      part.hidden = !part.dataset.page.split(' ').includes(page);
      if (part.href) part.ariaCurrent = part.hidden ? null : 'page', part.hidden = false;
    }
    const text = find('shell-lesson');
    if (page !== 'lesson' || !ask) return;
    const link = shell.querySelector(`[href^="#/lesson/${CSS.escape(id)}/"]`);
    text.innerHTML = '<h1></h1>';
    text.firstChild.textContent = link ? link.textContent : 'Lesson';
    const html = build.files[key] && await textOf(id);
    if (!html || address().id !== id) return;
    text.innerHTML = html;
    [...text.querySelectorAll('section')].forEach((it, at) => it.hidden = at !== (address().step || 1) - 1);
  }

  // Says why the program is not there.
  async function fail(why) {
    clearTimeout(timer);
    await loaded;
    // What the program itself has said stands.
    if (document.querySelector('.lab-crash')) return;
    if (!shell.isConnected) document.body.prepend(shell);
    find('starting').dataset.tone = 'problem';
    const words = find('start-words');
    words.setAttribute('role', 'alert');
    words.textContent = `DNS Lab could not be started: ${why}.`
      + (origin === 'null' && location.protocol !== 'file:' ? ' The page around this one keeps it in a sandbox: open it in a window of its own.' : '');
    find('start-share').hidden = true;
    find('start-again').hidden = false;
    find('start-again').onclick = again;
  }

  // Loads the page anew, without what the browser has kept.
  async function again() {
    find('start-again').disabled = true;
    try {
      sessionStorage.setItem('dns-lab.again', 1);
    } catch {}
    const forget = async () => {
      const worker = await navigator.serviceWorker.getRegistration();
      if (!worker) return;
      await worker.unregister();
      for (const name of await caches.keys()) if (name.includes(worker.scope)) await caches.delete(name);
    };
    // The scripts as well: the page asks for them before anything here could.
    const scripts = [...document.querySelectorAll('link[rel=modulepreload]')].map((it) => it.href);
    const fresh = ask ? [location.pathname + location.search, ...scripts].map((it) => ask(it, { cache: 'reload' })) : [];
    await Promise.race([Promise.allSettled([forget(), ...fresh]), wait(5000)]);
    location.reload();
  }

  // Keeps the site for times without a network.
  async function keep() {
    await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' });
    const { active } = await navigator.serviceWorker.ready;
    if (!navigator.connection?.saveData) active.postMessage('rest');
  }

  window.start = async (js, wasm) => {
    const named = (file) => `“${file.split('/').pop()}”`;
    try {
      if (location.protocol === 'file:') {
        throw 'a browser lets no page that was opened as a file load its program. Serve this folder over HTTP, '
          + 'for example by “python3 -m http.server” in it, and open http://localhost:8000';
      }
      if (typeof WebAssembly !== 'object') {
        throw 'this browser does not run WebAssembly. If it is in Lockdown Mode, turn that off for this site in the '
          + 'site\'s settings; otherwise turn WebAssembly on, or take a newer browser';
      }
      if (!ask || !window.TransformStream) throw 'this browser is too old for it. Take a newer one';
      heard();
      // The words first: they are few, and read while the rest comes.
      const { key, id } = address();
      if (key.startsWith('lesson/') && build.files[key]) textOf(id);
      total += build.sizes[wasm.replace('./', '')] || 0;
      const typed = { 'Content-Type': 'application/wasm' };
      const program = ask(wasm, { cache }).then((response) => {
        if (!response.ok) throw `the host answers ${response.status} for ${named(wasm)}`;
        return WebAssembly.compileStreaming(counted(response, typed));
      }).catch((error) => {
        if (/unsafe-eval|security policy/i.test(error)) throw 'its host forbids WebAssembly by a Content-Security-Policy';
        if (error instanceof WebAssembly.CompileError) throw `what the host sent as ${named(wasm)} is not the program`;
        throw typeof error === 'string' ? error : `${named(wasm)} did not arrive whole. Are you offline?`;
      });
      bring();
      const script = import(js).catch(() => {
        throw `${named(js)} did not arrive, or is not the script it should be`;
      });
      const [module, bindings] = await Promise.all([program, script]);
      // What the page needs is waited for as long as bytes come: until then the shell is read.
      const still = async () => {
        for (let seen = -1; seen !== got; await wait(2000)) seen = got;
      };
      await Promise.race([Promise.allSettled(early.values()), still()]);
      await loaded;
      await bindings.default({ module_or_path: module });
      clearTimeout(timer);
      started = true;
      window.wasmBindings = bindings;
      if (build.offline) setTimeout(() => keep().catch(() => {}), 5000);
    } catch (error) {
      fail(typeof error === 'string' ? error : `it stopped at once (${String(error).slice(0, 100)})`);
    }
  };

  window.fetch = (what, how) => {
    const url = new URL(what.url || what, document.baseURI).href;
    const kept = how?.cache !== 'reload' && early.get(url);
    early.delete(url);
    return kept || ask(what, how);
  };

  addEventListener('hashchange', () => {
    if (started) return;
    show();
    bring();
  });
  loaded.then(() => {
    shell = find('shell');
    find('start-words').textContent = 'DNS Lab is starting.';
    find('starting').hidden = false;
    find('start-stuck').remove();
    show();
  });
})();
