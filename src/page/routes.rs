//! What page an address shows, and what is kept when the address changes.

use crate::scene::Route;

/// A page and the state a shared link brings along.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The page.
    pub route: Route,
    /// The text of a permalink, not yet read.
    pub permalink: Option<String>,
}

/// What another address changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: the address was shortened or repeated.
    Nothing,
    /// Another session on the page at hand.
    Session,
    /// Another step of the lesson at hand.
    Step,
    /// Another page.
    Page,
}

/// A part of the site, as the bar at the top has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The lessons and their list.
    Learn,
    /// The free lab and the scenarios.
    Lab,
    /// The practice problems and their list.
    Practice,
}

impl Address {
    /// Reads the part of an address after the page's own, with or without `#`.
    pub fn parse(hash: &str) -> Self {
        let (route, permalink) = Route::parse(hash);
        Self { route, permalink }
    }

    /// What going to another address changes.
    pub fn change_to(&self, next: &Self) -> Change {
        if page(&self.route) != page(&next.route) {
            Change::Page
        } else if self.route != next.route {
            Change::Step
        } else if next.permalink.is_some() && self.permalink != next.permalink {
            Change::Session
        } else {
            Change::Nothing
        }
    }
}

/// The page of a route: another step of a lesson is the same page with other contents.
pub fn page(route: &Route) -> Route {
    match route {
        Route::Lesson { id, .. } => Route::Lesson {
            id: id.clone(),
            step: 0,
        },
        other => other.clone(),
    }
}

/// Whether a page has a stage, and with it a session to share.
pub fn has_stage(route: &Route) -> bool {
    matches!(
        route,
        Route::Lab | Route::Scenario(_) | Route::Lesson { .. }
    )
}

/// The part of the site a page is in.
pub fn section(route: &Route) -> Option<Section> {
    Some(match route {
        Route::Home | Route::Lesson { .. } => Section::Learn,
        Route::Lab | Route::Scenario(_) => Section::Lab,
        Route::Practice | Route::Problem(_) => Section::Practice,
        Route::Interview | Route::NotFound(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What going from one address to another changes.
    fn change(from: &str, to: &str) -> Change {
        Address::parse(from).change_to(&Address::parse(to))
    }

    #[test]
    fn another_step_keeps_the_page_of_the_lesson() {
        let (first, second) = ("#/lesson/caches-and-ttl/1", "#/lesson/caches-and-ttl/2");
        assert_eq!(change(first, second), Change::Step);
        assert_eq!(change("#/lesson/caches-and-ttl", first), Change::Nothing);
        assert_eq!(change(first, "#/lesson/anycast/1"), Change::Page);
    }

    #[test]
    fn a_link_followed_on_its_own_page_brings_another_session() {
        assert_eq!(change("#/lab", "#/lab?s=1.abc"), Change::Session);
        assert_eq!(change("#/lab?s=1.abc", "#/lab?s=1.def"), Change::Session);
    }

    #[test]
    fn an_address_that_loses_its_session_leaves_the_page_alone() {
        assert_eq!(change("#/lab?s=1.abc", "#/lab"), Change::Nothing);
        assert_eq!(change("#/lab?s=1.abc", "#/lab?s=1.abc"), Change::Nothing);
    }

    #[test]
    fn the_lab_and_its_scenarios_are_pages_of_their_own() {
        assert_eq!(change("#/lab", "#/lab/failover"), Change::Page);
        assert_eq!(change("#/", "#/practice"), Change::Page);
    }

    #[test]
    fn only_pages_with_a_world_have_a_stage() {
        for address in ["#/lab", "#/lab/failover", "#/lesson/caches-and-ttl/2"] {
            assert!(has_stage(&Address::parse(address).route), "{address}");
        }
        for address in [
            "#/",
            "#/practice",
            "#/practice/x",
            "#/nowhere",
            "#/interview",
        ] {
            assert!(!has_stage(&Address::parse(address).route), "{address}");
        }
    }

    #[test]
    fn a_page_that_is_not_there_belongs_to_no_section() {
        assert_eq!(section(&Address::parse("#/nowhere").route), None);
        assert_eq!(section(&Route::Home), Some(Section::Learn));
        assert_eq!(
            section(&Route::Problem("ladder".to_owned())),
            Some(Section::Practice)
        );
    }
}
