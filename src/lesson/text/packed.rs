//! Text in packed form: one piece after the other, with an end for each that encloses others. So
//! it is read without one call for each piece that stands in another, however deep octets that
//! mean ill say that is.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Block, Inline, LinkTarget};

/// How deep pieces may stand in each other.
const MAX_DEPTH: usize = 24;

/// A piece of text.
#[derive(Debug, Serialize, Deserialize)]
enum Piece {
    /// What was begun last and is still open ends.
    End,
    /// A paragraph begins.
    Paragraph,
    /// A list begins, numbered or not.
    List(bool),
    /// An item of a list begins.
    Item,
    /// An aside begins.
    Quote,
    /// A block of code: what it is written in, and the code.
    CodeBlock(String, String),
    /// Words.
    Text(String),
    /// Code in a line.
    Code(String),
    /// Strong text begins.
    Strong,
    /// A term begins.
    Emphasis,
    /// The text of a link begins.
    Link(LinkTarget),
    /// A knob.
    Knob(String),
    /// A figure.
    Figure(String),
}

/// Writes a block.
fn write_block(block: &Block, out: &mut Vec<Piece>) {
    match block {
        Block::Paragraph(line) => {
            out.push(Piece::Paragraph);
            write_line(line, out);
        }
        Block::List { is_ordered, items } => {
            out.push(Piece::List(*is_ordered));
            for item in items {
                out.push(Piece::Item);
                item.iter().for_each(|block| write_block(block, out));
                out.push(Piece::End);
            }
        }
        Block::Quote(blocks) => {
            out.push(Piece::Quote);
            blocks.iter().for_each(|block| write_block(block, out));
        }
        Block::Code { language, text } => {
            out.push(Piece::CodeBlock(language.clone(), text.clone()));
            return;
        }
    }
    out.push(Piece::End);
}

/// Writes a line.
fn write_line(line: &[Inline], out: &mut Vec<Piece>) {
    for piece in line {
        let inner = match piece {
            Inline::Text(text) => {
                out.push(Piece::Text(text.clone()));
                continue;
            }
            Inline::Code(code) => {
                out.push(Piece::Code(code.clone()));
                continue;
            }
            Inline::Knob(id) => {
                out.push(Piece::Knob(id.clone()));
                continue;
            }
            Inline::Figure(id) => {
                out.push(Piece::Figure(id.clone()));
                continue;
            }
            Inline::Strong(inner) => {
                out.push(Piece::Strong);
                inner
            }
            Inline::Emphasis(inner) => {
                out.push(Piece::Emphasis);
                inner
            }
            Inline::Link { text, target } => {
                out.push(Piece::Link(target.clone()));
                text
            }
        };
        write_line(inner, out);
        out.push(Piece::End);
    }
}

/// Pieces that are read one by one.
struct Reader {
    /// Those that are left.
    pieces: std::vec::IntoIter<Piece>,
    /// How many are open.
    depth: usize,
}

impl Reader {
    /// The next piece of what is open; `None` at its end.
    fn next(&mut self) -> Option<Option<Piece>> {
        match self.pieces.next()? {
            Piece::End => Some(None),
            piece => Some(Some(piece)),
        }
    }

    /// Reads something inside of what is open, if that is not too deep.
    fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Some(value)
    }

    /// The block that a piece begins.
    fn block(&mut self, first: Piece) -> Option<Block> {
        Some(match first {
            Piece::Paragraph => Block::Paragraph(self.inside(Self::line)?),
            Piece::Quote => Block::Quote(self.inside(Self::blocks)?),
            Piece::CodeBlock(language, text) => Block::Code { language, text },
            Piece::List(is_ordered) => {
                let mut items = Vec::new();
                while let Some(piece) = self.next()? {
                    match piece {
                        Piece::Item => items.push(self.inside(Self::blocks)?),
                        _ => return None,
                    }
                }
                Block::List { is_ordered, items }
            }
            _ => return None,
        })
    }

    /// Blocks up to the end of what encloses them.
    fn blocks(&mut self) -> Option<Vec<Block>> {
        let mut blocks = Vec::new();
        while let Some(piece) = self.next()? {
            blocks.push(self.block(piece)?);
        }
        Some(blocks)
    }

    /// The part of a line that a piece begins.
    fn inline(&mut self, first: Piece) -> Option<Inline> {
        Some(match first {
            Piece::Text(text) => Inline::Text(text),
            Piece::Code(code) => Inline::Code(code),
            Piece::Knob(id) => Inline::Knob(id),
            Piece::Figure(id) => Inline::Figure(id),
            Piece::Strong => Inline::Strong(self.inside(Self::line)?),
            Piece::Emphasis => Inline::Emphasis(self.inside(Self::line)?),
            Piece::Link(target) => Inline::Link {
                text: self.inside(Self::line)?,
                target,
            },
            _ => return None,
        })
    }

    /// A line up to the end of what encloses it.
    fn line(&mut self) -> Option<Vec<Inline>> {
        let mut line = Vec::new();
        while let Some(piece) = self.next()? {
            line.push(self.inline(piece)?);
        }
        Some(line)
    }
}

/// Reads all of some pieces by their first.
fn whole<T>(pieces: Vec<Piece>, read: impl FnOnce(&mut Reader, Piece) -> Option<T>) -> Option<T> {
    let mut reader = Reader {
        pieces: pieces.into_iter(),
        depth: 0,
    };
    let first = reader.next()??;
    let value = read(&mut reader, first)?;
    reader.pieces.next().is_none().then_some(value)
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pieces = Vec::new();
        write_block(self, &mut pieces);
        pieces.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces = Vec::deserialize(deserializer)?;
        whole(pieces, Reader::block).ok_or_else(|| D::Error::custom("no block"))
    }
}

impl Serialize for Inline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pieces = Vec::new();
        write_line(std::slice::from_ref(self), &mut pieces);
        pieces.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Inline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces = Vec::deserialize(deserializer)?;
        whole(pieces, Reader::inline).ok_or_else(|| D::Error::custom("no words"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::packed::{from_octets, to_octets};

    #[test]
    fn text_of_every_kind_comes_back() {
        let words = |text: &str| Inline::Text(text.to_owned());
        let line = vec![
            words("a "),
            Inline::Strong(vec![
                words("b"),
                Inline::Emphasis(vec![Inline::Code("c".into())]),
            ]),
            Inline::Link {
                text: vec![words("d")],
                target: LinkTarget::Lesson("e".into()),
            },
            Inline::Knob("f".into()),
            Inline::Figure("g".into()),
        ];
        let text = vec![
            Block::Paragraph(line),
            Block::Quote(vec![Block::List {
                is_ordered: true,
                items: vec![vec![Block::Paragraph(vec![words("h")])], Vec::new()],
            }]),
            Block::Code {
                language: "zone".into(),
                text: "i".into(),
            },
            Block::Paragraph(Vec::new()),
        ];
        let octets = to_octets(&text).expect("text can be written");
        assert_eq!(from_octets::<Vec<Block>>(&octets), Ok(text));
    }

    #[test]
    fn pieces_that_make_no_text_are_refused() {
        let read = |pieces: Vec<Piece>| {
            from_octets::<Block>(&to_octets(&pieces).expect("pieces can be written"))
        };
        assert!(read(vec![Piece::Paragraph, Piece::End]).is_ok());
        let deep = std::iter::repeat_with(|| Piece::Quote).take(200_000);
        for pieces in [
            vec![],
            vec![Piece::End],
            vec![Piece::Paragraph],
            vec![Piece::Paragraph, Piece::End, Piece::End],
            vec![Piece::Item, Piece::End],
            vec![Piece::List(true), Piece::Paragraph, Piece::End, Piece::End],
            vec![Piece::Paragraph, Piece::Quote, Piece::End, Piece::End],
            deep.collect(),
        ] {
            assert!(read(pieces).is_err());
        }
    }
}
