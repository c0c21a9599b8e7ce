//! The worker, as the page sees it.
//!
//! One module is served: the worker gets the page's own compiled module in a message, and the
//! address of the script around it from the link with which the page preloads it. The line of
//! JavaScript that a worker has to begin with is a Blob, so that no file has to be where the
//! page is. Where workers, or those made of Blobs, are not allowed, there is none.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Blob, BlobPropertyBag, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// A worker with what it hears and what it says.
pub struct WorkerLink {
    /// The browser's worker.
    worker: Worker,
    /// What hears its answers; dropped with it.
    _listen: Closure<dyn FnMut(MessageEvent)>,
    /// What hears that it cannot work.
    _fail: Closure<dyn FnMut(JsValue)>,
}

impl WorkerLink {
    /// Starts a worker. `hear` gets its answers as octets, none if it sends anything else; `fail`
    /// is called if it cannot work. `None` if the browser has no workers.
    pub fn start(hear: impl Fn(Vec<u8>) + 'static, fail: impl Fn() + 'static) -> Option<Self> {
        let script = script_address()?;
        let loader = format!(
            "import init from {script:?}; \
             onmessage = (event) => {{ onmessage = null; init({{ module_or_path: event.data }}); }};"
        );
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let parts = Array::of1(&loader.into());
        let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&address, &options);
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // From the first answer on the loader is not needed any more.
            let _ = Url::revoke_object_url(&address);
            let octets = event.data().dyn_into::<Uint8Array>();
            hear(octets.map(|octets| octets.to_vec()).unwrap_or_default());
        });
        let fail = Closure::<dyn FnMut(JsValue)>::new(move |_| fail());
        let worker = worker.ok()?;
        worker.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        worker.set_onerror(Some(fail.as_ref().unchecked_ref()));
        worker.post_message(&wasm_bindgen::module()).ok()?;
        Some(Self {
            worker,
            _listen: listen,
            _fail: fail,
        })
    }

    /// Sends an order. Returns whether it could be sent.
    pub fn send(&self, order: &[u8]) -> bool {
        self.worker.post_message(&Uint8Array::from(order)).is_ok()
    }

    /// Ends the worker, in the midst of whatever it does.
    pub fn end(&self) {
        self.worker.terminate();
    }
}

impl Drop for WorkerLink {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The whole address of the script that wasm-bindgen wrote.
fn script_address() -> Option<String> {
    let link = document()
        .query_selector("link[rel=modulepreload]")
        .ok()??;
    js_sys::Reflect::get(&link, &"href".into())
        .ok()?
        .as_string()
}
