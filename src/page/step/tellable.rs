//! What of a text can be told while some of its figures are not known yet.

use crate::lesson::{Block, Inline};

/// The blocks without the sentences that quote a figure which is not known. The second value says
/// whether anything is missing.
pub fn tellable(blocks: &[Block], is_known: &dyn Fn(&str) -> bool) -> (Vec<Block>, bool) {
    let mut is_missing = false;
    let told = blocks.iter().filter_map(|block| match block {
        Block::Paragraph(line) => {
            let (told, is_cut) = tellable_line(line, is_known);
            is_missing |= is_cut;
            (!told.is_empty()).then_some(Block::Paragraph(told))
        }
        Block::Quote(inner) => {
            let (told, is_cut) = tellable(inner, is_known);
            is_missing |= is_cut;
            (!told.is_empty()).then_some(Block::Quote(told))
        }
        Block::List { is_ordered, items } => {
            let mut told = Vec::new();
            for item in items {
                let (item, is_cut) = tellable(item, is_known);
                is_missing |= is_cut;
                told.extend((!item.is_empty()).then_some(item));
            }
            (!told.is_empty()).then_some(Block::List {
                is_ordered: *is_ordered,
                items: told,
            })
        }
        Block::Code { .. } => Some(block.clone()),
    });
    let told = told.collect();
    (told, is_missing)
}

/// The sentences of a line whose figures are known, and whether any is missing.
fn tellable_line(line: &[Inline], is_known: &dyn Fn(&str) -> bool) -> (Vec<Inline>, bool) {
    let all = sentences(line);
    let count = all.len();
    let told: Vec<Vec<Inline>> = all
        .into_iter()
        .filter(|sentence| sentence.iter().all(|piece| is_told(piece, is_known)))
        .collect();
    let is_cut = told.len() < count;
    (told.into_iter().flatten().collect(), is_cut)
}

/// Whether all figures of a piece are known.
fn is_told(piece: &Inline, is_known: &dyn Fn(&str) -> bool) -> bool {
    match piece {
        Inline::Figure(id) => is_known(id),
        Inline::Strong(inner) | Inline::Emphasis(inner) | Inline::Link { text: inner, .. } => {
            inner.iter().all(|piece| is_told(piece, is_known))
        }
        Inline::Text(_) | Inline::Code(_) | Inline::Knob(_) => true,
    }
}

/// The sentences of a line. One ends with a mark and a space in its plain words.
fn sentences(line: &[Inline]) -> Vec<Vec<Inline>> {
    let mut sentences = Vec::new();
    let mut now = Vec::new();
    for piece in line {
        let Inline::Text(text) = piece else {
            now.push(piece.clone());
            continue;
        };
        let mut rest = text.as_str();
        while let Some(length) = end_of_sentence(rest) {
            let (sentence, after) = rest.split_at(length);
            now.push(Inline::Text(sentence.to_owned()));
            sentences.push(std::mem::take(&mut now));
            rest = after;
        }
        if !rest.is_empty() {
            now.push(Inline::Text(rest.to_owned()));
        }
    }
    if !now.is_empty() {
        sentences.push(now);
    }
    sentences
}

/// How many bytes of a text belong to its first sentence, the space behind it included.
fn end_of_sentence(text: &str) -> Option<usize> {
    let marks = text.match_indices(['.', '?', '!']);
    let mut ends = marks.filter_map(|(place, mark)| {
        let after = text[place + mark.len()..].strip_prefix([' ', '\n'])?;
        // A name can end with a dot in the middle of a sentence.
        let goes_on = after.starts_with(|letter: char| letter.is_lowercase());
        (!goes_on).then_some(text.len() - after.len())
    });
    ends.next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::plain_text;

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    fn figure(id: &str) -> Inline {
        Inline::Figure(id.to_owned())
    }

    /// The words of the paragraphs.
    fn words(blocks: &[Block]) -> Vec<String> {
        let lines = blocks.iter().map(|block| match block {
            Block::Paragraph(line) => plain_text(line),
            other => format!("{other:?}"),
        });
        lines.collect()
    }

    #[test]
    fn a_sentence_with_an_unknown_figure_is_held_back_and_the_others_are_told() {
        let line = vec![
            text("It was cached. Asking again took "),
            figure("second"),
            text(" queries. That is why "),
            Inline::Strong(vec![text("TTLs")]),
            text(" matter."),
        ];
        let blocks = [Block::Paragraph(line)];
        let (told, is_missing) = tellable(&blocks, &|_| false);
        assert_eq!(words(&told), ["It was cached. That is why TTLs matter."]);
        assert!(is_missing);
        let (told, is_missing) = tellable(&blocks, &|id| id == "second");
        assert_eq!(words(&told), words(&blocks));
        assert!(!is_missing);
    }

    #[test]
    fn what_has_nothing_left_to_tell_is_left_out_as_a_whole() {
        let item = |id: &str| vec![Block::Paragraph(vec![figure(id), text(" queries")])];
        let blocks = [
            Block::Paragraph(vec![Inline::Strong(vec![figure("a")]), text(" queries.")]),
            Block::List {
                is_ordered: true,
                items: vec![item("a"), item("b")],
            },
            Block::Quote(item("a")),
        ];
        let (told, is_missing) = tellable(&blocks, &|id| id == "b");
        let list = Block::List {
            is_ordered: true,
            items: vec![item("b")],
        };
        assert_eq!(told, [list]);
        assert!(is_missing);
    }

    #[test]
    fn a_name_with_dots_ends_no_sentence() {
        let line = vec![
            text("The name www.example.com. has "),
            figure("a"),
            text(" addresses."),
        ];
        let blocks = [Block::Paragraph(line)];
        assert_eq!(words(&tellable(&blocks, &|_| true).0), words(&blocks));
        assert!(tellable(&blocks, &|_| false).0.is_empty());
    }
}
