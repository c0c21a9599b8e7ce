//! Serves the built site as any static host would, or as a host at fault does.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, IF_MODIFIED_SINCE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// A path below which the site is served a second time.
pub(crate) const SUB_PATH: &str = "/some/sub/path";

/// A file of the site is larger than this only by mistake, in bytes.
const MAX_FILE: usize = 64 << 20;

/// What a host does with a file instead of sending it.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Answers with this status and a line of text.
    Status(u16),
    /// Ends the connection before it answers.
    Reset,
    /// Sends half of the file and ends the connection.
    Half,
    /// Sends half of the file as if it were all.
    Short,
    /// Sends as many octets that mean nothing.
    Garbage,
    /// Sends half of the file and then nothing, for ever.
    Stalled,
    /// Never answers.
    Silent,
    /// Sends the file as if it were of this type.
    Type(&'static str),
    /// Sends the page instead, as hosts of single-page applications do.
    Page,
    /// Sends this text instead.
    Text(&'static str, String),
    /// Sends a header with it.
    Header(&'static str, &'static str),
}

/// The faults of a host: by a part of the path, the latest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<(String, Fault)>>>);

impl Faults {
    /// From now on all paths that contain a text meet a fault; `/` is the page alone.
    pub(crate) fn add(&self, path: &str, fault: Fault) {
        self.with(|faults| faults.insert(0, (path.to_owned(), fault)));
    }

    /// Makes the host well again.
    pub(crate) fn clear(&self) {
        self.with(Vec::clear);
    }

    fn of(&self, path: &str) -> Option<Fault> {
        self.with(|faults| {
            let meets = |part: &str| path == part || part != "/" && path.contains(part);
            let fault = faults.iter().find(|(part, _)| meets(part));
            fault.map(|(_, fault)| fault.clone())
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut Vec<(String, Fault)>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A host of the site.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    /// Its address, such as `http://127.0.0.1:4000`.
    pub(crate) origin: String,
    /// What it does wrong.
    pub(crate) faults: Faults,
    /// The folder of the built site.
    pub(crate) folder: Arc<Path>,
}

/// Serves the site until the runtime ends.
pub(crate) async fn start(dist: &Path) -> Result<Host> {
    // Compressed where a compressed copy lies beside a file, as `cargo xtask bench` has it.
    let files = ServeDir::new(dist).precompressed_br();
    let faults = Faults::default();
    let state = (faults.clone(), dist.join("index.html").into());
    let site = Router::new()
        .nest_service(SUB_PATH, files.clone())
        .fallback_service(files)
        .layer(from_fn_with_state(state, misbehave));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, site).await });
    Ok(Host {
        origin: format!("http://{address}"),
        faults,
        folder: dist.into(),
    })
}

async fn misbehave(
    State((faults, page)): State<(Faults, Arc<Path>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(fault) = faults.of(request.uri().path()) else {
        let mut response = next.run(request).await;
        // What one test has seen must not hide what another one asks for.
        let always_ask = HeaderValue::from_static("no-cache");
        response.headers_mut().insert(CACHE_CONTROL, always_ask);
        return response;
    };
    request.headers_mut().remove(IF_MODIFIED_SINCE);
    match fault {
        Fault::Status(code) => {
            let code = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return (code, "no").into_response();
        }
        // The server ends the connection of a task that ends like this.
        Fault::Reset => std::panic::resume_unwind(Box::new("a connection that is reset")),
        Fault::Silent => std::future::pending().await,
        Fault::Page => {
            let page = std::fs::read(page).unwrap_or_default();
            return ([(CONTENT_TYPE, "text/html")], page).into_response();
        }
        Fault::Text(kind, text) => return ([(CONTENT_TYPE, kind)], text).into_response(),
        _ => {}
    }
    let (mut head, body) = next.run(request).await.into_parts();
    let whole = to_bytes(body, MAX_FILE).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    let body = match fault {
        Fault::Half => Body::from_stream(stream::iter([
            Ok(half),
            Err(std::io::Error::other("the connection ends here")),
        ])),
        Fault::Stalled => {
            let sent = stream::iter([Ok::<_, std::io::Error>(half)]);
            Body::from_stream(sent.chain(stream::pending()))
        }
        Fault::Short => {
            head.headers.remove(CONTENT_LENGTH);
            Body::from(half)
        }
        Fault::Garbage => Body::from(Bytes::from(vec![b'?'; whole.len()])),
        Fault::Type(kind) => {
            head.headers
                .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            Body::from(whole)
        }
        Fault::Header(name, value) => {
            let name = HeaderName::from_static(name);
            head.headers.insert(name, HeaderValue::from_static(value));
            Body::from(whole)
        }
        _ => Body::from(whole),
    };
    Response::from_parts(head, body)
}
