//! The page in a frame: windows of any size, in every engine.

use anyhow::{Context, Result};
use serde_json::json;

use crate::lab::Lab;

impl Lab {
    /// A plain text of the same host, into which a script may put what it likes.
    pub(crate) async fn load_text(&self) -> Result<()> {
        self.load_only("/map/land.txt").await
    }

    /// Calls `measure` in each of some sizes of the frame, width by height in CSS pixels. It is the
    /// body of a function of the frame's window, `page`, and returns a list of texts, the problems;
    /// each comes back with the size at which it was found.
    pub async fn sweep(&self, sizes: &[(u32, u32)], measure: &str) -> Result<Vec<String>> {
        let mut problems = Vec::new();
        // A few at a time: a script may take half a minute.
        for sizes in sizes.chunks(4) {
            problems.extend(self.sweep_some(sizes, measure).await?);
        }
        Ok(problems)
    }

    /// Calls `measure` in a few sizes of the frame.
    async fn sweep_some(&self, sizes: &[(u32, u32)], measure: &str) -> Result<Vec<String>> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const page = frame.contentWindow;
             const measure = page => {{ {measure} }};
             const drawn = () => new Promise(resolve =>
                 page.requestAnimationFrame(() => page.requestAnimationFrame(resolve)));
             (async () => {{
                 await page.document.fonts.ready;
                 const problems = [];
                 for (const [width, height] of {sizes}) {{
                     frame.style.width = width + 'px';
                     frame.style.height = height + 'px';
                     // What follows the size by script, such as the width of the map, has its turn.
                     await drawn();
                     for (const problem of measure(page)) problems.push(`${{width}} × ${{height}}: ${{problem}}`);
                 }}
                 done(problems);
             }})().catch(error => done([String(error)]));",
            sizes = json!(sizes)
        );
        let found = self.client().execute_async(&script, vec![]).await?;
        serde_json::from_value(found).context("no list of problems")
    }

    /// Shows the page at a route in a frame, whose size can be any, and waits until `ready` is true
    /// there: an expression of the frame's window, `page`.
    pub async fn open_in_frame(&self, route: &str, ready: &str) -> Result<()> {
        self.load_text().await?;
        let source = json!(format!("{}/#{route}", self.origin()));
        self.run_script(&format!(
            "document.body.replaceChildren();
             const frame = document.createElement('iframe');
             frame.style.cssText = 'position: fixed; inset: 0 auto auto 0; border: 0; width: 1280px; height: 800px';
             frame.src = {source};
             document.body.append(frame);
             window.frame = frame;"
        ))
        .await?;
        self.wait_in_frame(route, ready).await
    }

    /// Waits until an expression of the frame's window, `page`, is true.
    pub async fn wait_in_frame(&self, what: &str, condition: &str) -> Result<()> {
        let condition = format!("(page => {condition})(frame.contentWindow)");
        self.wait_for(what, &condition).await
    }

    /// Runs statements about the frame's window, `page`.
    pub async fn run_in_frame(&self, script: &str) -> Result<()> {
        self.run_script(&format!("const page = frame.contentWindow; {script}"))
            .await
    }
}
