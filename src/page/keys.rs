//! Keys that work anywhere on the page: which command a key is, and who has it.

use super::bench::{self, Move, StageView};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Play or pause.
    PlayOrPause,
    /// One event back.
    StepBack,
    /// One event on.
    StepForward,
    /// Before anything happened.
    ToStart,
    /// To the last event.
    ToEnd,
    /// Time flows faster.
    Faster,
    /// Time flows slower.
    Slower,
    /// Another view of the stage, by its place from 0.
    View(usize),
    /// The list of keys.
    Help,
}

/// The key that was pressed.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// The key as the browser names it.
    pub key: &'a str,
    /// Whether a key is held that makes another one of it: control, alt, or the like.
    pub has_modifier: bool,
    /// Whether something else has used it, or it is part of a letter that is being composed.
    pub is_used: bool,
}

/// What matters about the page when a key is pressed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts {
    /// What has the focus takes text: it keeps every key. See [`TYPING`].
    pub is_typing: bool,
    /// What has the focus has arrows of its own. See [`ARROWS`].
    pub has_arrows: bool,
    /// What has the focus is pressed by the space bar. See [`SPACE`].
    pub has_space: bool,
    /// The list of keys is open.
    pub is_help_open: bool,
    /// The page has a stage.
    pub has_stage: bool,
}

/// Elements that need every key for themselves, as a selector.
pub const TYPING: &str = "textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox]):not([type=range])";
/// Elements that need the arrows, Home and End for themselves.
pub const ARROWS: &str = "input, [role=slider], [role=tab], [role=separator]";
/// Elements that the space bar presses.
pub const SPACE: &str =
    "button, a, summary, input, label, [role=button], [role=slider], [role=tab]";

/// The keys and what they do, for the list of keys.
pub const KEYS: [(&str, &str); 13] = [
    ("Space", "Play or pause"),
    ("← →", "One event back or forward"),
    ("Home End", "To the start or the end"),
    ("+ −", "Faster or slower"),
    ("1 2 3 4", "Hierarchy, map, sequence or population view"),
    ("Tab", "To the next machine, message or control"),
    ("Enter", "Open what has the focus in the inspector"),
    (
        "← ↑ ↓ → on a machine of the map",
        "Move it by 5°, with Shift by 1°; Enter settles it",
    ),
    (
        "Delete on a machine of the map",
        "Take it down or bring it back",
    ),
    (
        "+ − 0 F on the map",
        "Larger, smaller, all of the world, or what this lookup meets; arrows move it",
    ),
    ("← → on a slider or number", "Change it"),
    (
        "← → + − 0 on a chart",
        "Another moment; a shorter time, a longer one, or the whole run",
    ),
    ("?", "This list"),
];

impl Command {
    /// The command of a key.
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            " " | "k" => Self::PlayOrPause,
            "ArrowLeft" => Self::StepBack,
            "ArrowRight" => Self::StepForward,
            "Home" => Self::ToStart,
            "End" => Self::ToEnd,
            "+" | "=" => Self::Faster,
            "-" => Self::Slower,
            "1" => Self::View(0),
            "2" => Self::View(1),
            "3" => Self::View(2),
            "4" => Self::View(3),
            "?" => Self::Help,
            _ => return None,
        })
    }

    /// Whether what has the focus keeps the key for itself.
    fn is_kept(self, key: &str, facts: Facts) -> bool {
        match self {
            // Buttons act on the space bar, not on the letter that does the same.
            Self::PlayOrPause => key == " " && facts.has_space,
            Self::StepBack | Self::StepForward | Self::ToStart | Self::ToEnd => facts.has_arrows,
            _ => false,
        }
    }
}

/// The command of a key that was pressed; `None` if it is none, or belongs to what has the focus.
pub fn command(press: Press<'_>, facts: Facts) -> Option<Command> {
    if press.has_modifier || press.is_used || facts.is_help_open || facts.is_typing {
        return None;
    }
    let command = Command::of(press.key)?;
    let is_here = facts.has_stage || command == Command::Help;
    (is_here && !command.is_kept(press.key, facts)).then_some(command)
}

/// What a command is to the bench; `None` if it is not the bench's. `has_crowd` is whether there
/// is a crowd to look at.
pub fn bench_input(command: Command, has_crowd: bool) -> Option<bench::Input> {
    Some(match command {
        Command::PlayOrPause => bench::Input::TogglePlay,
        Command::StepBack => bench::Input::Seek(Move::Back),
        Command::StepForward => bench::Input::Seek(Move::Forward),
        Command::ToStart => bench::Input::Seek(Move::ToStart),
        Command::ToEnd => bench::Input::Seek(Move::ToEnd),
        Command::Faster => bench::Input::Faster,
        Command::Slower => bench::Input::Slower,
        Command::View(place) => {
            let view = StageView::ALL.get(place).copied()?;
            if view == StageView::Population && !has_crowd {
                return None;
            }
            bench::Input::View(view)
        }
        Command::Help => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key alone.
    fn press(key: &str) -> Press<'_> {
        Press {
            key,
            has_modifier: false,
            is_used: false,
        }
    }

    /// A page with a stage and nothing in the way.
    const STAGE: Facts = Facts {
        is_typing: false,
        has_arrows: false,
        has_space: false,
        is_help_open: false,
        has_stage: true,
    };

    #[test]
    fn every_key_on_the_list_of_single_keys_does_something() {
        for key in [
            " ",
            "k",
            "ArrowLeft",
            "ArrowRight",
            "Home",
            "End",
            "+",
            "=",
            "-",
            "1",
            "2",
            "3",
            "4",
            "?",
        ] {
            assert!(command(press(key), STAGE).is_some(), "{key}");
        }
        for key in ["a", "Enter", "Tab", "ArrowUp", "F5", "", "11"] {
            assert_eq!(command(press(key), STAGE), None, "{key}");
        }
    }

    #[test]
    fn who_types_keeps_every_key() {
        let facts = Facts {
            is_typing: true,
            ..STAGE
        };
        for key in [" ", "1", "?", "Home", "-"] {
            assert_eq!(command(press(key), facts), None, "{key}");
        }
    }

    #[test]
    fn a_button_keeps_the_space_bar_and_nothing_else() {
        let facts = Facts {
            has_space: true,
            ..STAGE
        };
        assert_eq!(command(press(" "), facts), None);
        assert_eq!(command(press("k"), facts), Some(Command::PlayOrPause));
        assert_eq!(command(press("Home"), facts), Some(Command::ToStart));
    }

    #[test]
    fn a_slider_keeps_the_arrows_and_leaves_the_views() {
        let facts = Facts {
            has_arrows: true,
            ..STAGE
        };
        for key in ["ArrowLeft", "ArrowRight", "Home", "End"] {
            assert_eq!(command(press(key), facts), None, "{key}");
        }
        assert_eq!(command(press("2"), facts), Some(Command::View(1)));
    }

    #[test]
    fn a_page_without_a_stage_has_only_the_list_of_keys() {
        let facts = Facts {
            has_stage: false,
            ..STAGE
        };
        assert_eq!(command(press("?"), facts), Some(Command::Help));
        assert_eq!(command(press("1"), facts), None);
        assert_eq!(command(press(" "), facts), None);
    }

    #[test]
    fn nothing_fires_behind_the_open_list_of_keys() {
        let facts = Facts {
            is_help_open: true,
            ..STAGE
        };
        for key in ["?", "1", " "] {
            assert_eq!(command(press(key), facts), None, "{key}");
        }
    }

    #[test]
    fn the_browsers_own_shortcuts_are_left_to_it() {
        let with_control = Press {
            has_modifier: true,
            ..press("+")
        };
        let used = Press {
            is_used: true,
            ..press("+")
        };
        assert_eq!(command(with_control, STAGE), None);
        assert_eq!(command(used, STAGE), None);
    }

    #[test]
    fn the_view_of_the_crowd_is_there_only_with_a_crowd() {
        let crowd = Command::View(3);
        assert_eq!(bench_input(crowd, false), None);
        let input = bench::Input::View(StageView::Population);
        assert_eq!(bench_input(crowd, true), Some(input));
        assert_eq!(bench_input(Command::Help, true), None);
        assert_eq!(bench_input(Command::View(9), true), None);
    }
}
