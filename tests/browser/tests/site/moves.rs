//! What a learner does on many pages.

use dns_lab_browser_tests::{Lab, Result};

/// Presses what makes something happen in the world, and waits until it does.
pub(crate) async fn act(lab: &Lab, css: &str) -> Result<()> {
    lab.click(css).await?;
    happens(lab).await
}

/// Waits until something happens in the world.
pub(crate) async fn happens(lab: &Lab) -> Result<()> {
    lab.wait_for(
        "something to happen",
        "!document.querySelector('#play').disabled",
    )
    .await
}

/// Commits to the first option of a prediction.
pub(crate) async fn commit(lab: &Lab) -> Result<()> {
    lab.click(".predict .lab-option:first-of-type").await?;
    lab.click("#commit").await
}
