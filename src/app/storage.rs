//! What the page keeps between visits, in the browser's local storage.
//!
//! Storage may be missing, full, or hold anything. The page works without it, says so once,
//! and overwrites nothing it could not read: damaged text is kept under another key.

use js_sys::Date;
use leptos::prelude::*;

use crate::lesson::Progress;

/// Where progress is kept.
const PROGRESS_KEY: &str = "dns-lab.progress";
/// Where progress that could not be read is kept.
const DAMAGED_KEY: &str = "dns-lab.progress.damaged";
/// Where the theme is kept.
const THEME_KEY: &str = "dns-lab.theme";
/// Milliseconds in a day.
const DAY_MS: f64 = 86_400_000.0;

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

/// The browser's local storage, if it may be used.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// The text under a key.
fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Puts text under a key; says whether that worked.
fn write(key: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, text).is_ok())
}

/// The kept theme.
pub fn load_theme() -> Theme {
    match read(THEME_KEY).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

/// The kept progress, and a message if some of it could not be read.
pub fn load_progress() -> (Progress, Option<String>) {
    let text = read(PROGRESS_KEY).unwrap_or_default();
    let (progress, problem) = Progress::from_storage(&text);
    let problem = problem.map(|problem| {
        if write(DAMAGED_KEY, &text) {
            format!("{problem} What was stored is kept as “{DAMAGED_KEY}”.")
        } else {
            problem
        }
    });
    (progress, problem)
}

/// Where the draft of an answer to a practice problem is kept, before the problem's id.
const DRAFT_KEY: &str = "dns-lab.practice.";

/// The kept draft of an answer to a practice problem, as stored.
pub fn load_draft(problem: &str) -> Option<String> {
    read(&format!("{DRAFT_KEY}{problem}"))
}

/// Keeps the draft of an answer; says whether that worked.
pub fn keep_draft(problem: &str, text: &str) -> bool {
    write(&format!("{DRAFT_KEY}{problem}"), text)
}

/// Keeps theme and progress from now on.
pub fn use_storage(
    theme: RwSignal<Theme>,
    progress: RwSignal<Progress>,
    complain: Callback<String>,
) {
    Effect::watch(
        move || theme.get(),
        |theme, _, _| {
            write(THEME_KEY, theme.as_str());
        },
        false,
    );
    Effect::watch(
        move || progress.with(Progress::to_storage),
        move |text, _, was_refused: Option<bool>| {
            let is_refused = !write(PROGRESS_KEY, text);
            if is_refused && !was_refused.unwrap_or(false) {
                complain.run(
                    "Your browser does not let this page store anything, so progress lasts only until \
                     the page is closed."
                        .to_owned(),
                );
            }
            is_refused
        },
        false,
    );
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            // Setting an attribute of a fixed name cannot fail.
            let _ = root.set_attribute("data-theme", theme.get().as_str());
        }
    });
}

/// The number of today, counted from 1970.
pub fn today() -> u32 {
    // `as` saturates.
    (Date::now() / DAY_MS) as u32
}

/// A seed nobody has chosen.
pub fn fresh_seed() -> u64 {
    // `as` saturates; links hold whole numbers of up to 53 bits without loss.
    Date::now() as u64 % 1_000_000
}
