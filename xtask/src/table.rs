//! What the build tells the page before the program (`public/start/start.js`): the files that each
//! route needs, and the sizes of those whose bytes are counted.
//!
//! The table stands in `index.html` itself, between two marks, as JSON. Each step of the build
//! changes what it knows of with [`change`].

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

const OPEN: &str = "/* build */";
const CLOSE: &str = "/* end */";

/// The table.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    /// The data files of a route such as `lesson/aliases` or `lab`, with spaces between them.
    pub(crate) files: BTreeMap<String, String>,
    /// The parts of the program, by kind of route: `home`, `lesson/`, `crowd` (a lesson with one),
    /// `lab`, `lab/` (a scenario), `practice`, `practice/` (a problem); `link` is what an address with
    /// a link needs beside.
    pub(crate) parts: BTreeMap<String, Vec<String>>,
    /// Sizes in bytes, not compressed, of the module and its parts.
    pub(crate) sizes: BTreeMap<String, u64>,
    /// Whether the site has a service worker.
    pub(crate) offline: bool,
}

/// The table in the page of a built site.
///
/// # Errors
/// There is no page, or its table was not filled in.
pub(crate) fn read(site: &Path) -> Result<Table> {
    let file = site.join("index.html");
    let page =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let table = between(&page).context("index.html has no table; see public/start/start.js")?;
    serde_json::from_str(table).context("the table of index.html was not filled in")
}

/// Changes the table in a site's page.
///
/// # Errors
/// There is no page, or it has no table.
pub(crate) fn change(site: &Path, how: impl FnOnce(&mut Table)) -> Result<()> {
    let file = site.join("index.html");
    let page =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let old = between(&page).context("index.html has no table; see public/start/start.js")?;
    // As it is written by hand the table is JavaScript, and empty.
    let mut table = serde_json::from_str(old).unwrap_or_default();
    how(&mut table);
    fs::write(&file, put(&page, &table)?)?;
    Ok(())
}

/// A text with something else between its marks, as JSON.
///
/// # Errors
/// The text has no marks.
pub(crate) fn put(text: &str, value: &impl Serialize) -> Result<String> {
    let old = between(text).context("there is no mark for what the build knows")?;
    // `</script>` in a string would end the script.
    let new = serde_json::to_string(value)?.replace('<', "\\u003c");
    Ok(text.replacen(
        &format!("{OPEN}{old}{CLOSE}"),
        &format!("{OPEN} {new} {CLOSE}"),
        1,
    ))
}

fn between(text: &str) -> Option<&str> {
    Some(text.split_once(OPEN)?.1.split_once(CLOSE)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_of_the_build_keeps_what_the_others_have_put_in() {
        let site = std::env::temp_dir().join(format!("dns-lab-table-{}", std::process::id()));
        fs::create_dir_all(&site).expect("a folder");
        let page = "<script>const build = /* build */ { files: {} } /* end */;</script>";
        fs::write(site.join("index.html"), page).expect("it can be written");
        change(&site, |table| table.offline = true).expect("a table");
        let files = [("lab".to_owned(), "a.json b.json".to_owned())];
        change(&site, |table| table.files.extend(files.clone())).expect("a table");
        let page = fs::read_to_string(site.join("index.html")).expect("a page");
        let table: Table = serde_json::from_str(between(&page).expect("marks")).expect("JSON");
        assert!(table.offline);
        assert_eq!(table.files, BTreeMap::from(files));
        assert!(page.starts_with("<script>const build = /* build */ {"));
        assert!(page.ends_with("} /* end */;</script>"));
        fs::remove_dir_all(&site).expect("it was written above");
    }

    #[test]
    fn nothing_in_the_table_ends_the_script() {
        let put = put("/* build */ /* end */", &"</script>").expect("marks");
        assert_eq!(put, r#"/* build */ "\u003c/script>" /* end */"#);
    }
}
