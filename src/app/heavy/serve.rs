//! The lab inside a worker: no page, only runs.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::app::clock::wall_ms;
use crate::app::parts;
use crate::page::runs::{Answer, Order, Server, WORKER_PIECE_MS};

/// Serves runs if this program runs in a worker. Returns whether it does.
pub fn serve_in_worker() -> bool {
    let Some(scope) = scope() else {
        return false;
    };
    console_error_panic_hook::set_once();
    // The page's own way to start a future is not set up in a worker.
    wasm_bindgen_futures::spawn_local(async move {
        match parts::work().await {
            Ok(work) => (work.serve)(scope),
            // The page does without what sends no octets.
            Err(_) => {
                let _ = scope.post_message(&JsValue::FALSE);
            }
        }
    });
    true
}

/// The worker that this program runs in, if it runs in one.
fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// A server that is shared by what hears orders and what works on them.
type Shared = Rc<RefCell<Server>>;

/// Serves runs, now that what they take is there.
///
/// Orders and answers are those of [`crate::page::runs`], packed.
pub fn serve(scope: DedicatedWorkerGlobalScope) {
    // A fault of the lab ends the worker: the page hears of it before.
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        if let Some(scope) = self::scope() {
            answer(&scope, &Answer::Fault(info.to_string()));
        }
    }));
    let server = Shared::default();
    let answers = scope.clone();
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let octets = event.data().dyn_into::<Uint8Array>();
        let octets = octets.map(|octets| octets.to_vec()).unwrap_or_default();
        let Some(order) = Order::unpack(&octets) else {
            return;
        };
        let was_busy = {
            let mut server = server.borrow_mut();
            let was_busy = server.is_busy();
            server.hear(order);
            was_busy
        };
        if !was_busy {
            schedule(&answers, &server);
        }
    });
    scope.set_onmessage(Some(listen.as_ref().unchecked_ref()));
    listen.forget();
    // The page sends orders once it has heard from here.
    answer(&scope, &Answer::Ready);
}

/// Sends an answer. It fails only when the page is gone.
fn answer(scope: &DedicatedWorkerGlobalScope, answer: &Answer) {
    let _ = scope.post_message(&Uint8Array::from(answer.pack().as_slice()));
}

/// Does a piece after messages that came meanwhile, and so on while there is something to do.
fn schedule(scope: &DedicatedWorkerGlobalScope, server: &Shared) {
    let (target, shared) = (scope.clone(), Rc::clone(server));
    let go_on = Closure::once_into_js(move || {
        let (told, is_busy) = {
            let mut server = shared.borrow_mut();
            let told = server.piece(&wall_ms, WORKER_PIECE_MS);
            (told, server.is_busy())
        };
        if let Some(told) = told {
            answer(&target, &told);
        }
        if is_busy {
            schedule(&target, &shared);
        }
    });
    let timer = scope.set_timeout_with_callback(go_on.unchecked_ref());
    if timer.is_err() {
        // Without timers nothing goes on: the page has the rest done elsewhere.
        let text = "the worker cannot wait for its turn".to_owned();
        answer(scope, &Answer::Fault(text));
    }
}
