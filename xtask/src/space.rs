//! Takes out of the page what only speaks to those who write it: comments and space. That is a
//! tenth of the page as a browser downloads it, which is the first thing that every visit waits for.

/// A page with its styles and scripts, without comments and needless space.
pub(crate) fn without_space(page: &str) -> String {
    let mut rest = page;
    let mut small = String::with_capacity(page.len());
    // Whichever of them comes next.
    while let Some((at, (open, close))) = [
        ("<style", "</style>"),
        ("<script", "</script>"),
        ("<!--", "-->"),
    ]
    .into_iter()
    .filter_map(|marks| Some((rest.find(marks.0)?, marks)))
    .min()
    {
        small.push_str(&without_indent(&rest[..at]));
        let end = rest[at..].find(close).map_or(rest.len(), |end| at + end);
        let body = rest[at..end].find('>').map_or(end, |tag| at + tag + 1);
        let (tag, text) = (&rest[at..body.min(end)], &rest[body.min(end)..end]);
        match open {
            "<style" => small.push_str(&format!("{tag}{}{close}", style(text))),
            "<script" => small.push_str(&format!("{tag}{}{close}", script(text))),
            _ => {}
        }
        rest = rest.get(end + close.len()..).unwrap_or_default();
    }
    small.push_str(&without_indent(rest));
    small
}

/// A script without the lines that only speak to those who read it, and without indentation.
pub(crate) fn script(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let kept = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    kept.collect::<Vec<_>>().join("\n")
}

/// A style sheet without comments, and with space only where it says something.
fn style(text: &str) -> String {
    let mut small = String::with_capacity(text.len());
    let mut rest = text;
    let mut space = false;
    while let Some(next) = rest.chars().next() {
        let mut length = next.len_utf8();
        if rest.starts_with("/*") {
            length = rest.find("*/").map_or(rest.len(), |end| end + 2);
            space = true;
        } else if next.is_whitespace() {
            space = true;
        } else {
            let parts = ['{', '}', ';', ','];
            if space && !parts.contains(&next) && !small.ends_with(parts) && !small.is_empty() {
                small.push(' ');
            }
            space = false;
            if next == '}' && small.ends_with(';') {
                small.pop();
            }
            if next == '"' || next == '\'' {
                let end = rest[1..].find(next).map_or(rest.len(), |end| end + 2);
                small.push_str(&rest[..end]);
                length = end;
            } else {
                small.push(next);
            }
        }
        rest = &rest[length..];
    }
    small
}

/// Lines without the space before them.
fn without_indent(html: &str) -> String {
    let mut small = String::with_capacity(html.len());
    for (at, line) in html.split('\n').enumerate() {
        // What the first line begins with stands after a tag, and may be a space between words.
        let text = if at == 0 { line } else { line.trim_start() };
        if at > 0 && !small.ends_with('\n') {
            small.push('\n');
        }
        small.push_str(text);
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_keeps_what_it_says() {
        let text = "/* a's */ @layer x {\n  a > b, .c :hover { margin: 0 auto; content: \"; }  /*\" ; }\n}\n";
        assert_eq!(
            style(text),
            "@layer x{a > b,.c :hover{margin: 0 auto;content: \"; }  /*\"}}"
        );
        assert_eq!(
            style("a { width: calc(1px + (2px - 3px)) }"),
            "a{width: calc(1px + (2px - 3px))}"
        );
    }

    #[test]
    fn a_script_loses_its_comments_and_its_indent() {
        assert_eq!(script("\n  // why\n  go(); // here\n\n"), "go(); // here");
    }

    #[test]
    fn words_of_the_page_stay_apart() {
        let page = "<p>\n    one <b>two</b> three\n    four\n</p>\n\n<!-- why -->\n<script>\n  a\n</script>\n<style> b { } </style>";
        assert_eq!(
            without_space(page),
            "<p>\none <b>two</b> three\nfour\n</p>\n\n<script>a</script>\n<style>b{}</style>"
        );
    }
}
