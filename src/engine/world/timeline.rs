//! A session: seed and interventions in, trace out; seek, replay and branch.

use super::{Intervention, InterventionError, Trace, World};
use crate::engine::{SimDuration, SimTime};

/// Events between two checkpoints. More make seeking slower, fewer take more memory.
const CHECKPOINT_EVERY: usize = 256;
/// Steps of one run before it is cut off: far more than any sound session takes, and a
/// bound on the damage of an unsound one.
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

/// A run that can be looked at from any moment.
///
/// The whole session is the initial world and the list of interventions; everything else
/// follows. To act in the past is to branch: what had happened later is dropped.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Worlds to start replays from; the first is the initial one.
    checkpoints: Vec<Checkpoint>,
    /// What the learner did, in order.
    acts: Vec<(SimTime, Intervention)>,
    /// What happened.
    trace: Trace,
    /// Where everything has come to rest.
    head: World,
}

impl Timeline {
    /// A session in which nothing has happened.
    pub fn new(world: World) -> Self {
        let first = Checkpoint {
            events: 0,
            acts: 0,
            world: world.clone(),
        };
        Self {
            checkpoints: vec![first],
            acts: Vec::new(),
            trace: Trace::default(),
            head: world,
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
        for (index, (at, act)) in acts.iter().enumerate() {
            if let Err(error) = timeline.intervene(*at, act.clone()) {
                errors.push((index, error));
            }
        }
        (timeline, errors)
    }

    /// What happened.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What the learner did, in order.
    pub fn acts(&self) -> &[(SimTime, Intervention)] {
        &self.acts
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
        let mut world = self.world_at(at);
        // Try it on a copy first: a refused act must not cost the learner the future.
        world.clone().apply(&act, &mut Trace::silent())?;
        self.truncate(at);
        world.apply(&act, &mut self.trace)?;
        self.acts.push((at, act));
        self.run(world);
        Ok(())
    }

    /// Drops everything after a moment: later events, later interventions.
    pub fn truncate(&mut self, at: SimTime) {
        let head = self.world_at(at);
        self.trace.truncate(self.trace.count_until(at));
        self.acts.retain(|(when, _)| *when <= at);
        let (events, acts) = (self.trace.len(), self.acts.len());
        let mut index = 0;
        self.checkpoints.retain(|point| {
            index += 1;
            index == 1 || (point.events <= events && point.acts <= acts && point.world.now() <= at)
        });
        self.head = head;
    }

    /// Lets a world play out, with checkpoints on the way.
    fn run(&mut self, mut world: World) {
        self.checkpoint(&world);
        for _ in 0..MAX_STEPS {
            if !world.step(&mut self.trace) {
                break;
            }
            let last = self.checkpoints.last().map_or(0, |point| point.events);
            if self.trace.len() >= last + CHECKPOINT_EVERY {
                self.checkpoint(&world);
            }
        }
        self.head = world;
    }

    /// Remembers a world to replay from.
    fn checkpoint(&mut self, world: &World) {
        self.checkpoints.push(Checkpoint {
            events: self.trace.len(),
            acts: self.acts.len(),
            world: world.clone(),
        });
    }

    /// The world as it stood at a moment, everything of that moment included.
    pub fn world_at(&self, at: SimTime) -> World {
        let point = self
            .checkpoints
            .iter()
            .rev()
            .find(|point| point.world.now() <= at);
        let point = point.unwrap_or(&self.checkpoints[0]);
        let mut world = point.world.clone();
        let mut silent = Trace::silent();
        for (when, act) in self
            .acts
            .iter()
            .skip(point.acts)
            .take_while(|(when, _)| *when <= at)
        {
            world.run_until(*when, &mut silent);
            // It was carried out when it was made; it can be again.
            let _ = world.apply(act, &mut silent);
        }
        world.run_until(at, &mut silent);
        world
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
