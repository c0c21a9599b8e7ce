//! Serves the built site as any static host would.

use std::path::Path;

use anyhow::Result;
use axum::Router;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;

/// A path below which the site is served a second time.
pub(crate) const SUB_PATH: &str = "/some/sub/path";

/// Serves the site until the runtime ends; returns the address, such as `http://127.0.0.1:4000`.
pub(crate) async fn start(dist: &Path) -> Result<String> {
    let files = ServeDir::new(dist);
    let site = Router::new()
        .nest_service(SUB_PATH, files.clone())
        .fallback_service(files);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, site).await });
    Ok(format!("http://{address}"))
}
