//! The script that fetches parts. The splitter writes it; here the lab's own names and its own way
//! of fetching go into it.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

/// How the lab fetches a part.
const FETCH_PART: &str = include_str!("fetch_part.js");
/// What the splitter's script says when a part does not come. The page says it in words where it
/// matters, and it does not where a page is left while a part is fetched ahead.
const TOLD: &str = "console.error(e);";

/// The script with the name of the main script and, for each piece, the file in which it lies.
///
/// # Errors
/// The script is not as the splitter's known version writes it.
pub(super) fn finish(
    script: &str,
    main_before: &str,
    main: &str,
    files: &BTreeMap<String, String>,
) -> Result<String> {
    let mut script = script.to_owned();
    change(
        &mut script,
        &format!("from \"{main_before}\""),
        &format!("from \"./{main}\""),
    )?;
    change(&mut script, TOLD, "console.info(e); tellWhy(e);")?;
    for (piece, file) in files {
        change(
            &mut script,
            &fetched_before(piece),
            &format!("fetchPart(\"./{file}\", \"{piece}\")"),
        )?;
    }
    ensure!(
        !script.contains("instantiateStreaming"),
        "the splitter's script fetches something else too"
    );
    script.push_str(FETCH_PART);
    Ok(script)
}

/// How the splitter's script fetches a piece.
fn fetched_before(stem: &str) -> String {
    format!(
        "() => {{
    const src = fetch(new URL(\"./{stem}.wasm\", import.meta.url));
    src.catch(() => {{}});
    return async (imports) => (WebAssembly.instantiateStreaming(src, imports));
}}
"
    )
}

fn change(script: &mut String, before: &str, after: &str) -> Result<()> {
    ensure!(
        script.matches(before).count() == 1,
        "the splitter's script does not say `{before}` once; has its version changed?"
    );
    *script = script.replacen(before, after, 1);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_into_the_script_and_nothing_is_fetched_in_another_way() {
        let chunk = fetched_before("chunk_1");
        let script = format!(
            "import {{ initSync }} from \"./main.js\";\nconsole.error(e);\n\
             const __chunk_1 = makeLoad({chunk}, []);\n"
        );
        let files = [("chunk_1".to_owned(), "parts/shared-1-ab.wasm".to_owned())];
        let files = BTreeMap::from(files);
        let done = finish(&script, "./main.js", "dns-lab-1.js", &files).expect("it fits");
        assert!(done.contains("from \"./dns-lab-1.js\";"));
        assert!(
            done.contains("makeLoad(fetchPart(\"./parts/shared-1-ab.wasm\", \"chunk_1\"), [])")
        );
        assert!(done.contains("console.info(e); tellWhy(e);"));
        assert!(finish("", "./main.js", "dns-lab-1.js", &files).is_err());
        let more = script.replace("chunk_1.wasm", "chunk_2.wasm") + &chunk;
        assert!(finish(&more, "./main.js", "dns-lab-1.js", &files).is_err());
    }
}
