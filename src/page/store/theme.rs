//! Light or dark, between visits and in all windows.

use super::{Effect, Heard, Key};
use crate::page::Machine;

/// Where the theme is kept.
const KEY: &str = "dns-lab.theme";

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark text on a light ground.
    Light,
    /// Light text on a dark ground.
    Dark,
}

impl Theme {
    /// The theme as an attribute value and in storage.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a stored text; the system's if it is none.
    pub fn named(text: Option<&str>) -> Self {
        match text {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// The next one on the button.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// What the machine is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The page opens.
    Open,
    /// The button was pressed.
    Next,
    /// Something came back from storage.
    Heard(Heard),
}

impl From<Heard> for Input {
    fn from(heard: Heard) -> Self {
        Self::Heard(heard)
    }
}

/// The machine that keeps the theme. That it could not be stored is not worth a word.
#[derive(Clone, Copy, Debug, Default)]
pub struct ThemeKeeper {
    /// The theme.
    theme: Theme,
}

impl ThemeKeeper {
    /// The theme in use.
    pub fn theme(&self) -> Theme {
        self.theme
    }
}

impl Machine for ThemeKeeper {
    type Input = Input;
    type Effect = Effect;

    fn handle(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Open => vec![Effect::Read(Key::lasting(KEY))],
            Input::Next => {
                self.theme = self.theme.next();
                vec![Effect::Write {
                    key: Key::lasting(KEY),
                    text: self.theme.as_str().to_owned(),
                }]
            }
            Input::Heard(Heard::Found { key, text } | Heard::Changed { key, text }) => {
                if key.name == KEY {
                    self.theme = Theme::named(text.as_deref());
                }
                Vec::new()
            }
            Input::Heard(Heard::Refused { .. }) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::store::fake::FakeStore;

    #[test]
    fn a_theme_is_there_on_the_next_visit_and_in_other_windows() {
        let mut store = FakeStore::default();
        let (mut a, mut b) = (ThemeKeeper::default(), ThemeKeeper::default());
        store.send(&mut a, Input::Open);
        store.send(&mut a, Input::Next);
        store.deliver(&mut b);
        assert_eq!(b.theme(), Theme::Light);
        let mut later = ThemeKeeper::default();
        store.send(&mut later, Input::Open);
        assert_eq!(later.theme(), Theme::Light);
    }

    #[test]
    fn a_theme_that_nobody_knows_is_the_systems() {
        assert_eq!(Theme::named(Some("sepia")), Theme::System);
        assert_eq!(Theme::named(None), Theme::System);
    }
}
