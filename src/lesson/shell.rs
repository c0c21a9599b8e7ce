//! What of a lesson can be read before the program is there: its title, and of each step the
//! heading and what is shown at once, as HTML. The page's first script shows one step of it
//! (`public/start/start.js`).

use std::fmt::Write as _;

use super::{Block, Inline, Lesson, LinkTarget};

/// What stands for a number that the engine will find.
const NOT_YET: &str = "…";

/// A lesson's text as HTML: a heading, then a section for each step.
pub fn shell_html(lesson: &Lesson) -> String {
    let mut html = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = write!(html, "<h1>{}</h1>", escaped(&lesson.title));
    for step in &lesson.steps {
        let _ = write!(html, "\n<section><h2>{}</h2>", escaped(&step.title));
        blocks(&mut html, &step.text);
        html.push_str("</section>");
    }
    html
}

fn blocks(html: &mut String, blocks_of: &[Block]) {
    for block in blocks_of {
        match block {
            Block::Paragraph(line) => {
                html.push_str("<p>");
                words(html, line);
                html.push_str("</p>");
            }
            Block::List { is_ordered, items } => {
                let tag = if *is_ordered { "ol" } else { "ul" };
                let _ = write!(html, "<{tag}>");
                for item in items {
                    html.push_str("<li>");
                    blocks(html, item);
                    html.push_str("</li>");
                }
                let _ = write!(html, "</{tag}>");
            }
            Block::Quote(inner) => {
                html.push_str("<aside class=\"lab-aside\">");
                blocks(html, inner);
                html.push_str("</aside>");
            }
            Block::Code { text, .. } => {
                let _ = write!(
                    html,
                    "<pre class=\"lab-code\" tabindex=\"0\"><code>{}</code></pre>",
                    escaped(text)
                );
            }
        }
    }
}

fn words(html: &mut String, line: &[Inline]) {
    for piece in line {
        match piece {
            Inline::Text(text) => html.push_str(&escaped(text)),
            Inline::Code(text) => {
                let _ = write!(html, "<code>{}</code>", escaped(text));
            }
            Inline::Strong(inner) => {
                html.push_str("<strong>");
                words(html, inner);
                html.push_str("</strong>");
            }
            Inline::Emphasis(inner) => {
                html.push_str("<em class=\"lab-term\">");
                words(html, inner);
                html.push_str("</em>");
            }
            Inline::Link { text, target } => {
                let _ = match target {
                    LinkTarget::Web(url) => write!(
                        html,
                        "<a href=\"{}\" target=\"_blank\" rel=\"noreferrer\">",
                        escaped(url)
                    ),
                    LinkTarget::Lesson(id) => {
                        write!(html, "<a href=\"#/lesson/{}/1\">", escaped(id))
                    }
                };
                words(html, text);
                html.push_str("</a>");
            }
            Inline::Knob(_) | Inline::Figure(_) => html.push_str(NOT_YET),
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::course_of;
    use crate::scenario::ContentFolder;

    #[test]
    fn a_step_is_shown_with_its_text_and_without_its_why() {
        let course = course_of(&ContentFolder::shipped()).expect("it is sound");
        let lesson = course.lessons().next().expect("a lesson");
        let html = shell_html(lesson);
        assert!(html.starts_with("<h1>Your first lookup</h1>\n<section><h2>"));
        assert_eq!(html.matches("<section>").count(), lesson.steps.len());
        assert!(html.contains("switched on a moment ago"));
        assert!(
            !html.contains("<em class=\"lab-term\">stub resolver</em>"),
            "that is why"
        );
    }

    #[test]
    fn each_kind_of_text_is_written_and_nothing_else_becomes_markup() {
        let text = |text: &str| Inline::Text(text.to_owned());
        let line = vec![
            text("a < b & \"c\" "),
            Inline::Code("<i>".to_owned()),
            Inline::Strong(vec![text("s")]),
            Inline::Link {
                text: vec![Inline::Emphasis(vec![text("e")])],
                target: LinkTarget::Lesson("aliases".to_owned()),
            },
            Inline::Figure("first_time".to_owned()),
        ];
        let list = Block::List {
            is_ordered: true,
            items: vec![vec![Block::Paragraph(line)]],
        };
        let code = Block::Code {
            language: String::new(),
            text: "<b>".to_owned(),
        };
        let mut html = String::new();
        blocks(&mut html, &[Block::Quote(vec![list]), code]);
        assert_eq!(
            html,
            "<aside class=\"lab-aside\"><ol><li><p>a &lt; b &amp; &quot;c&quot; <code>&lt;i></code>\
             <strong>s</strong><a href=\"#/lesson/aliases/1\"><em class=\"lab-term\">e</em></a>…</p></li></ol></aside>\
             <pre class=\"lab-code\" tabindex=\"0\"><code>&lt;b></code></pre>"
        );
    }
}
