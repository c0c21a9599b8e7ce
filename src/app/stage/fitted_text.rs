//! Text that stays within its box.

use leptos::prelude::*;

/// The narrowest letters may get, as a share of their natural width, before text is cut.
const TIGHTEST: f64 = 0.8;

/// A kind of letters on the stage, with the usual width of one letter in units of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letters {
    /// The title of a machine.
    Title,
    /// A line below it.
    Note,
    /// Names, addresses and records.
    Mono,
    /// The name of a cache.
    RowTitle,
    /// What a cache says; its end is what matters.
    RowText,
    /// An entry of a cache.
    Chip,
}

impl Letters {
    /// The class of the text.
    fn class(self) -> &'static str {
        match self {
            Self::Title => "lab-machine__title",
            Self::Note => "lab-machine__note",
            Self::Mono => "lab-machine__mono",
            Self::RowTitle => "lab-cache-row__title",
            Self::RowText => "lab-cache-row__text",
            Self::Chip => "lab-chip-box__text",
        }
    }

    /// The usual width of a letter, for the widest of the fonts in the style sheet.
    fn width(self) -> f64 {
        match self {
            Self::Title => 8.3,
            Self::Note | Self::RowText => 6.3,
            Self::Mono | Self::Chip => 6.65,
            Self::RowTitle => 7.1,
        }
    }

    /// Cuts text to a number of letters.
    fn cut(text: &str, letters: usize) -> String {
        let start: String = text.chars().take(letters.saturating_sub(1)).collect();
        format!("{start}…")
    }

    /// The text as drawn in a width, and the length to press it to if it needs to be pressed.
    fn fit(self, text: String, width: f64) -> (String, Option<f64>) {
        let natural = text.chars().count() as f64 * self.width();
        if natural <= width {
            return (text, None);
        }
        if natural * TIGHTEST <= width && self != Self::RowText {
            return (text, Some(width));
        }
        // The stage is about one name, so what a cache says of it can do without the name.
        if let (Self::RowText, Some((_, rest))) = (self, text.rsplit_once(", ")) {
            return self.fit(rest.to_owned(), width);
        }
        // `as` saturates.
        let letters = (width / (self.width() * TIGHTEST)) as usize;
        (Self::cut(&text, letters), Some(width))
    }
}

/// One line of text, pressed or cut where it would leave its box.
#[component]
pub fn FittedText(
    /// The kind of letters.
    letters: Letters,
    /// The left end, or the middle with `is_centered`.
    #[prop(into)]
    x: Signal<f64>,
    /// The baseline.
    #[prop(into)]
    y: Signal<f64>,
    /// The width there is.
    #[prop(into)]
    width: Signal<f64>,
    /// Whether `x` is the middle.
    #[prop(optional)]
    is_centered: bool,
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let fitted = Memo::new(move |_| letters.fit(text.get(), width.get()));
    view! {
        <text
            class=letters.class()
            x=x
            y=y
            text-anchor=is_centered.then_some("middle")
            textLength=move || fitted.with(|(_, length)| *length)
            lengthAdjust="spacingAndGlyphs"
        >
            {move || fitted.with(|(text, _)| text.clone())}
        </text>
    }
}
