//! The lab inside a worker: no page, only runs.

use std::cell::RefCell;

use js_sys::{Array, Float64Array};
use wasm_bindgen::prelude::{Closure, JsValue};
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::job::Job;
use super::work::Work;
use crate::app::parts;
use crate::scenario::json::from_json;
use crate::scene::population::pack_series;

/// How long a piece takes, in milliseconds: as long as a newer job may have to wait.
const PIECE_MS: f64 = 30.0;

thread_local! {
    /// The run under way.
    static WORK: RefCell<Option<Work>> = const { RefCell::new(None) };
}

/// Serves runs if this program runs in a worker. Returns whether it does.
///
/// A job comes as JSON; each answer is an array: the ticket, then a share of what is done, or
/// the numbers of a series, or what went wrong as text. A job takes the place of the one under
/// way.
pub fn serve_in_worker() -> bool {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return false;
    };
    console_error_panic_hook::set_once();
    // The page's own way to start a future is not set up in a worker.
    wasm_bindgen_futures::spawn_local(async move {
        match parts::crowds().await {
            Ok(crowds) => (crowds.serve)(scope),
            // The page then makes the runs itself.
            Err(_) => answer(&scope, 0, &JsValue::FALSE),
        }
    });
    true
}

/// Serves runs, now that what they take is there.
pub fn serve(scope: DedicatedWorkerGlobalScope) {
    let answers = scope.clone();
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        let Ok(job) = from_json::<Job>(text.as_bytes()) else {
            return;
        };
        match Work::new(&job) {
            Ok(work) => {
                let was_idle = WORK.replace(Some(work)).is_none();
                if was_idle {
                    schedule(&answers);
                }
            }
            Err(problem) => answer(&answers, job.ticket, &problem.into()),
        }
    });
    scope.set_onmessage(Some(listen.as_ref().unchecked_ref()));
    listen.forget();
    // The page sends jobs once it has heard from here.
    answer(&scope, 0, &JsValue::TRUE);
}

/// Sends an answer. It fails only when the page is gone.
fn answer(scope: &DedicatedWorkerGlobalScope, ticket: u32, value: &JsValue) {
    let _ = scope.post_message(&Array::of2(&ticket.into(), value));
}

/// Goes on after messages that came meanwhile.
fn schedule(scope: &DedicatedWorkerGlobalScope) {
    let target = scope.clone();
    let go_on = Closure::once_into_js(move || {
        if advance(&target) {
            schedule(&target);
        }
    });
    scope
        .set_timeout_with_callback(go_on.unchecked_ref())
        .unwrap_throw();
}

/// Does a piece of the run and tells how far it is. Returns whether there is more to do.
fn advance(scope: &DedicatedWorkerGlobalScope) -> bool {
    let Some(mut work) = WORK.take() else {
        return false;
    };
    let (ticket, done) = (work.ticket, work.advance(PIECE_MS));
    if done < 1.0 {
        answer(scope, ticket, &done.into());
        WORK.set(Some(work));
        return true;
    }
    let numbers = Float64Array::from(pack_series(&work.finish()).as_slice());
    answer(scope, ticket, &numbers.into());
    false
}
