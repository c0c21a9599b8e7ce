//! What must hold in the style sheets, whatever they style.

use std::fs;
use std::path::Path;

/// The rules of all style sheets, as selector and declarations, with the name of the sheet.
fn rules() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/css");
    let mut rules = Vec::new();
    for entry in fs::read_dir(folder).expect("the style sheets are there") {
        let path = entry.expect("readable").path();
        let sheet = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("text");
        // Of nested blocks, what stands before the innermost brace is a rule's selector.
        for block in text.split('}') {
            let Some((before, declarations)) = block.rsplit_once('{') else {
                continue;
            };
            let selector = before
                .rsplit(['{', ';', '/'])
                .next()
                .unwrap_or_default()
                .trim();
            rules.push((sheet.clone(), selector.to_owned(), declarations.to_owned()));
        }
    }
    rules
}

/// A column without a limit below is as wide as the longest word in it, such as a name of 255
/// octets, and everything else in the grid with it.
#[test]
fn every_grid_says_how_narrow_its_columns_may_be() {
    let mut open = Vec::new();
    for (sheet, selector, declarations) in rules() {
        let is_grid = declarations
            .split(';')
            .any(|it| matches!(it.trim(), "display: grid" | "display: inline-grid"));
        // A sign in the middle of its place is no text.
        let is_sign = declarations.contains("place-items: center") || selector.ends_with("__mark");
        let says = ["grid-template-columns:", "grid-template:"]
            .iter()
            .any(|property| declarations.contains(property));
        if is_grid && !is_sign && !says {
            open.push(format!("{sheet}: {selector}"));
        }
    }
    assert!(open.is_empty(), "{}", open.join("\n"));
}

#[test]
fn no_share_of_a_grid_is_kept_wide_by_what_stands_in_it() {
    let mut wide = Vec::new();
    for (sheet, selector, declarations) in rules() {
        let columns = declarations
            .split(';')
            .filter_map(|it| it.trim().strip_prefix("grid-template-columns:"));
        for columns in columns {
            let bare = columns.split([' ', ',']).filter(|it| it.ends_with("fr"));
            if bare.count() > 0 {
                wide.push(format!("{sheet}: {selector}: {columns}"));
            }
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
