use super::*;
use crate::scenario::packed::{FileKind, write_file};

/// A machine, and what it has asked for and not got.
#[derive(Default)]
struct Story {
    library: Library,
    effects: Vec<Effect>,
}

impl Story {
    /// Something happens.
    fn then(&mut self, input: Input) -> &mut Self {
        self.effects = self.library.handle(input);
        self
    }

    /// The attempt that was begun, and whether it passes by what the browser has kept.
    fn fetched(&self) -> Option<(u32, bool)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Fetch {
                attempt, is_fresh, ..
            } => Some((*attempt, *is_fresh)),
            _ => None,
        })
    }

    /// The words of the trouble with a file.
    fn words(&self) -> String {
        match self.library.phase(&world()) {
            Some(Phase::Failed(trouble)) => trouble.words(),
            other => panic!("{other:?}"),
        }
    }
}

fn world() -> FileName {
    FileName::World("small_internet".to_owned())
}

/// A file of a kind and an id.
fn file(kind: FileKind, id: &str) -> Arc<[u8]> {
    let octets = write_file(kind, id, &7_u32);
    octets.expect("a number can be written").into()
}

fn good() -> Arc<[u8]> {
    file(FileKind::World, "small_internet")
}

#[test]
fn a_file_that_is_wanted_comes_and_stays() {
    let mut story = Story::default();
    story.then(Input::Want(world()));
    assert_eq!(story.fetched(), Some((1, false)));
    let waits: Vec<u32> = { story.effects.iter() }
        .filter_map(|effect| match effect {
            Effect::After(ms, _) => Some(*ms),
            _ => None,
        })
        .collect();
    assert_eq!(waits, [SLOW_MS, LIMIT_MS]);
    assert_eq!(story.library.phase(&world()), Some(&Phase::Coming));
    story.then(Input::Answered(world(), 1, Ok(good())));
    assert_eq!(story.library.octets(&world()), Some(&good()));
    for input in [
        Input::Want(world()),
        Input::Retry(world()),
        Input::TakesLong(world(), 1),
        Input::TakesTooLong(world(), 1),
        Input::Lost(world(), 1),
    ] {
        story.then(input.clone());
        assert_eq!(story.effects, [], "{input:?}");
        assert_eq!(story.library.octets(&world()), Some(&good()), "{input:?}");
    }
}

#[test]
fn two_that_want_the_same_file_share_it() {
    let mut story = Story::default();
    story.then(Input::Want(world())).then(Input::Want(world()));
    assert_eq!(story.effects, []);
}

#[test]
fn a_file_that_takes_long_can_be_asked_for_anew_and_the_old_one_is_stopped() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::TakesLong(world(), 1));
    assert_eq!(story.library.phase(&world()), Some(&Phase::Slow));
    story.then(Input::Retry(world()));
    assert_eq!(story.effects[0], Effect::Abort(world(), 1));
    assert_eq!(story.fetched(), Some((2, true)));
    assert_eq!(story.library.phase(&world()), Some(&Phase::Coming));
    // What the old one says is no longer heard, neither good nor bad.
    story.then(Input::Lost(world(), 1));
    story.then(Input::TakesTooLong(world(), 1));
    assert_eq!(story.library.phase(&world()), Some(&Phase::Coming));
    story.then(Input::Answered(world(), 2, Ok(good())));
    assert!(story.library.octets(&world()).is_some());
}

#[test]
fn a_slow_file_that_comes_at_last_is_taken() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::TakesLong(world(), 1))
        .then(Input::Answered(world(), 1, Ok(good())));
    assert!(story.library.octets(&world()).is_some());
}

#[test]
fn after_a_minute_a_file_is_given_up_and_its_transfer_stopped() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::TakesLong(world(), 1))
        .then(Input::TakesTooLong(world(), 1));
    assert_eq!(story.effects, [Effect::Abort(world(), 1)]);
    assert!(story.words().contains("Try again"), "{}", story.words());
    // The end of the transfer that was stopped is no news.
    story.then(Input::Lost(world(), 1));
    assert!(story.words().contains("a minute"));
    story.then(Input::Retry(world()));
    assert_eq!(story.fetched(), Some((2, true)));
}

#[test]
fn a_host_that_cannot_be_reached_is_told_with_a_way_out() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::Lost(world(), 1));
    assert!(story.words().contains("offline"), "{}", story.words());
    assert_eq!(
        story.library.all(&[world()]),
        Err(Waiting::Failed(Trouble::Unreachable))
    );
    assert_eq!(Trouble::Unreachable.remedy(), Remedy::TryAgain);
}

#[test]
fn a_bad_status_names_the_file_and_the_number() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::Answered(world(), 1, Err(503)));
    let words = story.words();
    assert!(words.contains("503") && words.contains("worlds/small_internet.bin"));
    let gone = Trouble::Status(404, world().path());
    assert!(gone.words().contains("load the page again"));
    assert_eq!(gone.remedy(), Remedy::LoadAgain);
}

#[test]
fn a_page_that_failed_is_tried_again_when_it_is_opened_again() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::Lost(world(), 1))
        .then(Input::Want(world()));
    assert_eq!(story.fetched(), Some((2, true)));
}

#[test]
fn a_file_of_another_version_is_fetched_past_the_cache_once_and_then_told() {
    let mut other = good().to_vec();
    other[5] ^= 1;
    let other: Arc<[u8]> = other.into();
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::Answered(world(), 1, Ok(Arc::clone(&other))));
    assert_eq!(story.fetched(), Some((2, true)));
    assert_eq!(story.library.phase(&world()), Some(&Phase::Coming));
    story.then(Input::Answered(world(), 2, Ok(other)));
    assert_eq!(story.effects, []);
    assert_eq!(story.words(), "The lab was updated: load the page again.");
    let trouble = Trouble::Unusable(FileFault::OtherVersion);
    assert_eq!(trouble.remedy(), Remedy::LoadAgain);
}

#[test]
fn an_old_copy_in_the_cache_is_replaced_without_a_word() {
    let mut old = good().to_vec();
    old[4] ^= 1;
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::Answered(world(), 1, Ok(old.into())))
        .then(Input::Answered(world(), 2, Ok(good())));
    assert!(story.library.octets(&world()).is_some());
}

#[test]
fn what_is_cut_or_another_file_or_none_at_all_is_never_taken() {
    let cut: Arc<[u8]> = good()[..good().len() - 1].into();
    for octets in [
        cut,
        Arc::from(&b""[..]),
        Arc::from(&b"<!doctype html>"[..]),
        file(FileKind::World, "wide_internet"),
        file(FileKind::Crowd, "small_internet"),
    ] {
        let mut story = Story::default();
        story
            .then(Input::Want(world()))
            .then(Input::Answered(world(), 1, Ok(Arc::clone(&octets))))
            .then(Input::Answered(world(), 2, Ok(octets)));
        assert!(
            story.words().contains("ry again"),
            "no way out: {}",
            story.words()
        );
    }
}

#[test]
fn a_file_whose_reader_gives_up_is_fetched_once_more() {
    let mut story = Story::default();
    story
        .then(Input::Want(world()))
        .then(Input::Answered(world(), 1, Ok(good())))
        .then(Input::Unreadable(world(), FileFault::Damaged));
    assert_eq!(story.fetched(), Some((2, true)));
    story
        .then(Input::Answered(world(), 2, Ok(good())))
        .then(Input::Unreadable(world(), FileFault::Damaged));
    assert_eq!(story.effects, []);
    assert!(story.words().contains("Try again"));
}

#[test]
fn several_files_are_there_when_the_last_is_and_fail_with_the_first() {
    let lesson = FileName::Lesson("caches".to_owned());
    let both = [lesson.clone(), world()];
    let mut story = Story::default();
    assert_eq!(story.library.all(&both), Err(Waiting::Coming));
    assert_eq!(story.library.all(&[]), Ok(()));
    story
        .then(Input::Want(lesson.clone()))
        .then(Input::Want(world()));
    story.then(Input::Answered(world(), 1, Ok(good())));
    assert_eq!(story.library.all(&both), Err(Waiting::Coming));
    story.then(Input::TakesLong(lesson.clone(), 1));
    assert_eq!(story.library.all(&both), Err(Waiting::Slow));
    let before = story.library.revision();
    story.then(Input::Answered(
        lesson.clone(),
        1,
        Ok(file(FileKind::Lesson, "caches")),
    ));
    assert_eq!(story.library.all(&both), Ok(()));
    assert_ne!(story.library.revision(), before);
}

#[test]
fn the_land_of_the_map_is_a_file_like_others_with_nothing_to_check() {
    let mut story = Story::default();
    story.then(Input::Want(FileName::Land));
    story.then(Input::Answered(
        FileName::Land,
        1,
        Ok(Arc::from(&b"10 20"[..])),
    ));
    assert!(story.library.octets(&FileName::Land).is_some());
    assert_eq!(FileName::Land.path(), "map/land.txt");
}
