//! Lesson text: words, terms, links, and numbers that live.

use leptos::prelude::*;

use super::figure::FigureValue;
use crate::app::controls::KnobInline;
use crate::app::state::LabState;
use crate::lesson::{Block, Inline, LinkTarget};
use crate::scene::Route;

/// Blocks of text.
#[component]
pub fn Prose(
    /// The blocks.
    blocks: Vec<Block>,
) -> impl IntoView {
    view! { <div class="lab-prose">{draw_blocks(blocks)}</div> }
}

/// A line of text.
#[component]
pub fn Line(
    /// The pieces of the line.
    line: Vec<Inline>,
) -> impl IntoView {
    draw_line(line)
}

/// Draws blocks.
fn draw_blocks(blocks: Vec<Block>) -> Vec<AnyView> {
    blocks.into_iter().map(draw_block).collect()
}

/// Draws one block.
fn draw_block(block: Block) -> AnyView {
    match block {
        Block::Paragraph(line) => view! { <p>{draw_line(line)}</p> }.into_any(),
        Block::List { is_ordered, items } => {
            let items = items
                .into_iter()
                .map(|item| view! { <li>{draw_blocks(item)}</li> });
            let items = items.collect_view();
            if is_ordered {
                view! { <ol>{items}</ol> }.into_any()
            } else {
                view! { <ul>{items}</ul> }.into_any()
            }
        }
        Block::Quote(inner) => {
            view! { <aside class="lab-aside">{draw_blocks(inner)}</aside> }.into_any()
        }
        Block::Code { text, .. } => {
            view! { <pre class="lab-code" tabindex="0"><code>{text}</code></pre> }.into_any()
        }
    }
}

/// Draws the pieces of a line.
fn draw_line(line: Vec<Inline>) -> Vec<AnyView> {
    line.into_iter().map(draw_inline).collect()
}

/// Draws one piece of a line.
fn draw_inline(piece: Inline) -> AnyView {
    match piece {
        Inline::Text(text) => text.into_any(),
        Inline::Code(text) => view! { <code>{text}</code> }.into_any(),
        Inline::Strong(inner) => view! { <strong>{draw_line(inner)}</strong> }.into_any(),
        Inline::Emphasis(inner) => {
            view! { <em class="lab-term">{draw_line(inner)}</em> }.into_any()
        }
        Inline::Link {
            text,
            target: LinkTarget::Web(url),
        } => {
            view! { <a href=url target="_blank" rel="noreferrer">{draw_line(text)}</a> }.into_any()
        }
        Inline::Link {
            text,
            target: LinkTarget::Lesson(id),
        } => {
            let href = Route::Lesson { id, step: 0 }.to_string();
            view! { <a href=href>{draw_line(text)}</a> }.into_any()
        }
        Inline::Knob(id) => draw_knob(&id),
        Inline::Figure(id) => view! { <FigureValue id /> }.into_any(),
    }
}

/// Draws a knob as a number; a line outside a lesson has none.
fn draw_knob(id: &str) -> AnyView {
    let scenario = LabState::expect().bench.scenario.get_untracked();
    let knob =
        scenario.and_then(|scenario| scenario.knobs().iter().find(|knob| knob.id == id).cloned());
    knob.map(|knob| view! { <KnobInline knob /> }).into_any()
}
