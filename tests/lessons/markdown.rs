//! The lab reads the Markdown of its lessons as a CommonMark parser does.

use dns_lab::lesson::{Block, Inline, LinkTarget};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{files, shipped};

/// What a CommonMark parser reads, as tags and words.
fn reference(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_HEADING_ATTRIBUTES) {
        match event {
            Event::Start(tag) => match tag {
                Tag::Paragraph | Tag::Item => {}
                Tag::Heading { .. } => out.push_str("\n# "),
                Tag::BlockQuote(_) => out.push_str("\n<quote>"),
                Tag::List(first) => out.push_str(if first.is_some() { "\n<ol>" } else { "\n<ul>" }),
                Tag::CodeBlock(CodeBlockKind::Fenced(language)) => {
                    out.push_str(&format!("\n<code {language}>"));
                }
                Tag::Strong => out.push_str("<strong>"),
                Tag::Emphasis => out.push_str("<em>"),
                Tag::Link { dest_url, .. } => {
                    let url = match dest_url.strip_prefix("lesson:") {
                        Some(id) => format!("#{id}"),
                        None => String::new(),
                    };
                    out.push_str(&format!("<a {url}>"));
                }
                other => panic!("lessons have no {other:?}"),
            },
            Event::End(end) => match end {
                TagEnd::Paragraph | TagEnd::Item => out.push('\n'),
                _ => out.push_str("</>"),
            },
            Event::Text(text) => out.push_str(&text),
            Event::Code(code) => out.push_str(&format!("<`{code}`>")),
            Event::SoftBreak => out.push(' '),
            Event::Rule => {}
            other => panic!("lessons have no {other:?}"),
        }
    }
    out
}

/// The same of blocks.
fn write_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(line) => {
                write_line(line, out);
                out.push('\n');
            }
            Block::List { is_ordered, items } => {
                out.push_str(if *is_ordered { "\n<ol>" } else { "\n<ul>" });
                for item in items {
                    write_blocks(item, out);
                    out.push('\n');
                }
                out.push_str("</>");
            }
            Block::Quote(blocks) => {
                out.push_str("\n<quote>");
                write_blocks(blocks, out);
                out.push_str("</>");
            }
            Block::Code { language, text } => {
                out.push_str(&format!("\n<code {language}>{text}</>"));
            }
        }
    }
}

/// The same of a line.
fn write_line(line: &[Inline], out: &mut String) {
    for piece in line {
        match piece {
            Inline::Text(text) => out.push_str(text),
            Inline::Code(code) => out.push_str(&format!("<`{code}`>")),
            Inline::Strong(inner) => {
                out.push_str("<strong>");
                write_line(inner, out);
                out.push_str("</>");
            }
            Inline::Emphasis(inner) => {
                out.push_str("<em>");
                write_line(inner, out);
                out.push_str("</>");
            }
            Inline::Link { text, target } => {
                let url = match target {
                    LinkTarget::Lesson(id) => format!("#{id}"),
                    LinkTarget::Web(_) => String::new(),
                };
                out.push_str(&format!("<a {url}>"));
                write_line(text, out);
                out.push_str("</>");
            }
            Inline::Knob(id) => out.push_str(&format!("[[knob:{id}]]")),
            Inline::Figure(id) => out.push_str(&format!("[[figure:{id}]]")),
        }
    }
}

/// Lines that say something; tight and loose lists differ in empty ones only.
fn telling(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.is_empty()).collect()
}

#[test]
fn lesson_text_is_read_as_commonmark_says() {
    let course = shipped();
    for lesson in course.lessons() {
        let file = files().into_iter().find(|file| {
            let name = file.folder.split_once('_').map(|(_, name)| name);
            name.is_some_and(|name| name.replace('_', "-") == lesson.id)
        });
        let mut read = String::new();
        for step in &lesson.steps {
            read.push_str(&format!("\n# {}</>", step.title));
            write_blocks(&step.text, &mut read);
            write_blocks(&step.why, &mut read);
        }
        let reference = reference(&file.expect("the lesson has a folder").text);
        for (ours, theirs) in telling(&read).iter().zip(telling(&reference)) {
            assert_eq!(*ours, theirs, "{}", lesson.id);
        }
        assert_eq!(
            telling(&read).len(),
            telling(&reference).len(),
            "{}",
            lesson.id
        );
    }
}
