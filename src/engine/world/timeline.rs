//! A session: seed and interventions in, trace out; seek, replay and branch.

use std::fmt;

use super::{Intervention, InterventionError, Trace, World};
use crate::engine::{SimDuration, SimTime};

/// Events between two checkpoints of a session of usual length. More make seeking slower,
/// fewer take more memory.
const CHECKPOINT_EVERY: usize = 256;
/// Checkpoints of a session, at most. Each copies the machines that changed since the one
/// before it, and their caches grow with the session: beyond this number every other one is
/// dropped and the distance doubled, so that they take no more time than the session itself.
const MOST_CHECKPOINTS: usize = 128;
/// To carry out an intervention again takes about as long as this many events.
const ACT_COST: usize = 16;
/// Steps of one run to rest before it is cut off: far more than any sound session takes, and
/// a bound on the damage of an unsound one.
const MAX_STEPS: usize = 200_000;

/// A world at a moment, with the length its trace had.
#[derive(Clone, Debug)]
struct Checkpoint {
    /// How many events had happened.
    events: usize,
    /// How many interventions had been made.
    acts: usize,
    /// The world.
    world: World,
}

impl Checkpoint {
    /// How long it would take to come here from the start, in events.
    fn cost(&self) -> usize {
        cost(self.events, self.acts)
    }
}

/// How long it takes to play events and interventions, in events.
fn cost(events: usize, acts: usize) -> usize {
    events + ACT_COST * acts
}

/// A session takes more steps of the engine than it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTooLong {
    /// How many of its interventions were played before the steps were used up.
    pub played: usize,
    /// How many it has.
    pub acts: usize,
}

impl fmt::Display for SessionTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { played, acts } = self;
        write!(
            f,
            "the session is too long: {played} of the {acts} acts in it already make more happen \
             than the lab can show"
        )
    }
}

impl std::error::Error for SessionTooLong {}

/// A run that can be looked at from any moment.
///
/// The whole session is the initial world and the list of interventions; everything else
/// follows. To act in the past is to branch: what had happened later is dropped.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Worlds to start replays from; the first is the initial one.
    checkpoints: Vec<Checkpoint>,
    /// The distance of checkpoints, in events.
    spacing: usize,
    /// What the learner did, in order.
    acts: Vec<(SimTime, Intervention)>,
    /// What happened.
    trace: Trace,
    /// Where everything has come to rest.
    head: World,
    /// What it took to come here, in steps of the engine.
    steps: usize,
}

impl Timeline {
    /// The steps of a session that the page opens from a link or after a reload: those take
    /// well under a second there. A cold lookup takes some 60, one of which every server of
    /// the root is down some 250.
    pub const PAGE_STEPS: usize = 60_000;

    /// A session in which nothing has happened.
    pub fn new(world: World) -> Self {
        let first = Checkpoint {
            events: 0,
            acts: 0,
            world: world.clone(),
        };
        Self {
            checkpoints: vec![first],
            spacing: CHECKPOINT_EVERY,
            acts: Vec::new(),
            trace: Trace::default(),
            head: world,
            steps: 0,
        }
    }

    /// A session with all its interventions. Those that cannot be carried out are skipped
    /// and returned with the reason.
    pub fn replay(
        world: World,
        acts: &[(SimTime, Intervention)],
    ) -> (Self, Vec<(usize, InterventionError)>) {
        let mut timeline = Self::new(world);
        let mut errors = Vec::new();
        // Without a limit no session is too long.
        let _ = timeline.play_all(acts, usize::MAX, &mut errors);
        (timeline, errors)
    }

    /// A session with all its interventions, as [`replay`](Self::replay) makes it, if that
    /// takes no more than a number of [`steps`](Self::steps).
    ///
    /// # Errors
    /// If it takes more; no more than that number has been made then.
    pub fn replay_within(
        world: World,
        acts: &[(SimTime, Intervention)],
        steps: usize,
    ) -> Result<(Self, Vec<(usize, InterventionError)>), SessionTooLong> {
        let mut timeline = Self::new(world);
        let mut errors = Vec::new();
        timeline.play_all(acts, steps, &mut errors)?;
        Ok((timeline, errors))
    }

    /// Plays interventions one after the other, each up to the moment of the next, and to rest
    /// once, at the end.
    fn play_all(
        &mut self,
        acts: &[(SimTime, Intervention)],
        budget: usize,
        errors: &mut Vec<(usize, InterventionError)>,
    ) -> Result<(), SessionTooLong> {
        let mut world = self.head.clone();
        for (index, (at, act)) in acts.iter().enumerate() {
            let too_long = SessionTooLong {
                played: index,
                acts: acts.len(),
            };
            self.steps = self.steps.saturating_add(ACT_COST);
            let mut past = None;
            if *at < world.now() {
                past = Some(self.reach(*at));
            } else if !self.play(&mut world, Some(*at), budget) {
                return Err(too_long);
            }
            if let Some((_, steps)) = past {
                self.steps = self.steps.saturating_add(steps);
            }
            if self.steps > budget {
                return Err(too_long);
            }
            let done = match past {
                // To act in the past is to branch there; a refused act leaves the present.
                Some((mut past, _)) => self.enact(&mut past, *at, act).map(|()| world = past),
                None => self.enact(&mut world, *at, act),
            };
            match done {
                Ok(()) => self.checkpoint_if_due(&world),
                Err(error) => errors.push((index, error)),
            }
        }
        let too_long = SessionTooLong {
            played: acts.len(),
            acts: acts.len(),
        };
        let sound = self.steps.saturating_add(MAX_STEPS);
        let is_at_rest = self.play(&mut world, None, budget.min(sound));
        self.head = world;
        if is_at_rest || sound <= budget {
            Ok(())
        } else {
            Err(too_long)
        }
    }

    /// What happened.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What the learner did, in order.
    pub fn acts(&self) -> &[(SimTime, Intervention)] {
        &self.acts
    }

    /// What it took to make the session, in steps of the engine; an intervention counts as
    /// some steps, and so does a long message.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The world before anything happened.
    pub fn initial(&self) -> &World {
        &self.checkpoints[0].world
    }

    /// The world after everything has happened.
    pub fn head(&self) -> &World {
        &self.head
    }

    /// The moment of the last event.
    pub fn end(&self) -> SimTime {
        self.trace
            .events()
            .last()
            .map_or(SimTime::ZERO, |event| event.at)
    }

    /// Does something at a moment and lets its consequences play out. What had happened
    /// after that moment is dropped.
    ///
    /// # Errors
    /// If the intervention names something that is not there; the session is then unchanged.
    pub fn intervene(&mut self, at: SimTime, act: Intervention) -> Result<(), InterventionError> {
        let (mut world, steps) = self.reach(at);
        self.enact(&mut world, at, &act)?;
        self.steps = self.steps.saturating_add(ACT_COST + steps);
        self.checkpoint_if_due(&world);
        self.play(&mut world, None, self.steps.saturating_add(MAX_STEPS));
        self.head = world;
        Ok(())
    }

    /// Carries out an intervention in the world as it stands at a moment, and drops what this
    /// session had after that moment. What follows from it is not played yet.
    ///
    /// # Errors
    /// As [`intervene`](Self::intervene): world and session are then unchanged.
    fn enact(
        &mut self,
        world: &mut World,
        at: SimTime,
        act: &Intervention,
    ) -> Result<(), InterventionError> {
        let later = self.trace.split_off(self.trace.count_until(at));
        if let Err(error) = world.apply(act, &mut self.trace) {
            self.trace.restore(later);
            return Err(error);
        }
        self.forget_after(at);
        self.acts.push((at, act.clone()));
        Ok(())
    }

    /// Drops everything after a moment: later events, later interventions.
    pub fn truncate(&mut self, at: SimTime) {
        self.head = self.world_at(at);
        self.trace.split_off(self.trace.count_until(at));
        self.forget_after(at);
    }

    /// Drops the interventions and the checkpoints after a moment.
    fn forget_after(&mut self, at: SimTime) {
        let acts = self.acts.partition_point(|(when, _)| *when <= at);
        self.acts.truncate(acts);
        let points = self
            .checkpoints
            .partition_point(|point| point.world.now() <= at);
        self.checkpoints.truncate(points.max(1));
    }

    /// Lets a world play on, up to and including a moment or until it comes to rest, with
    /// checkpoints on the way. Returns whether it got there before the steps of the session
    /// had reached `most`.
    fn play(&mut self, world: &mut World, until: Option<SimTime>, most: usize) -> bool {
        while let Some(next) = world.next_event_at()
            && until.is_none_or(|until| next <= until)
        {
            if self.steps >= most {
                return false;
            }
            let before = self.trace.len();
            world.step(&mut self.trace);
            self.steps += 1 + self.trace.weight_from(before);
            self.checkpoint_if_due(world);
        }
        if let Some(until) = until {
            world.advance_to(until);
        }
        true
    }

    /// Remembers a world to replay from, if the last such is far enough away.
    fn checkpoint_if_due(&mut self, world: &World) {
        let (events, acts) = (self.trace.len(), self.acts.len());
        let last = self.checkpoints.last().map_or(0, Checkpoint::cost);
        if cost(events, acts) < last + self.spacing {
            return;
        }
        if self.checkpoints.len() >= MOST_CHECKPOINTS {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing *= 2;
        }
        self.checkpoints.push(Checkpoint {
            events,
            acts,
            world: world.clone(),
        });
    }

    /// The world as it stood at a moment, everything of that moment included.
    pub fn world_at(&self, at: SimTime) -> World {
        self.reach(at).0
    }

    /// The world as it stood at a moment, and the number of steps from the nearest checkpoint.
    fn reach(&self, at: SimTime) -> (World, usize) {
        let before = self
            .checkpoints
            .partition_point(|point| point.world.now() <= at);
        let point = &self.checkpoints[before.saturating_sub(1)];
        let mut world = point.world.clone();
        let mut trace = Trace::along(point.events);
        let mut steps = 0;
        for (when, act) in self
            .acts
            .iter()
            .skip(point.acts)
            .take_while(|(when, _)| *when <= at)
        {
            steps += ACT_COST + world.run_until(*when, &mut trace);
            // It was carried out when it was made; it can be again.
            let _ = world.apply(act, &mut trace);
        }
        steps += world.run_until(at, &mut trace);
        (world, steps)
    }

    /// The first moment after `at` at which some cache entry that is live then expires.
    pub fn next_expiry(&self, at: SimTime) -> Option<SimTime> {
        let world = self.world_at(at);
        let caches = world.node_ids().flat_map(|id| {
            use crate::engine::CacheLayer::{Browser, Resolver, Stub};
            let node = world.node(id);
            [Browser, Stub, Resolver]
                .into_iter()
                .filter_map(|layer| node.cache(layer))
        });
        caches.filter_map(|cache| cache.next_expiry(at)).min()
    }

    /// How long the session lasts, from zero to the last event.
    pub fn duration(&self) -> SimDuration {
        self.end().since(SimTime::ZERO)
    }
}
