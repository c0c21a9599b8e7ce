//! How long caches go on giving what they have, after a change and in an outage.

use super::evaluation::Probing;
use super::{Figure, MeasureError, ask_for_outcome, take_down};
use crate::dns::{Question, Rrset, Ttl};
use crate::engine::{Intervention, Outcome, SimDuration, SimTime, Trace, World};

/// Simulated time after which a run counts as never coming to its point: 30 days.
const HORIZON: SimDuration = SimDuration::from_secs(30 * 86_400);
/// How exactly the last moment is looked for.
const EXACTLY: SimDuration = SimDuration::from_millis(1);
/// Probes that find it: one each for what is set up, the start and the horizon, and as many as
/// it takes to halve the horizon until it is that exact.
const PROBES: f64 = 35.0;

/// What is done after the first question.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// Servers go down; what holds is that the client is answered.
    Down(Vec<String>),
    /// Records change; what holds is that the old outcome is given.
    Change(Intervention),
}

/// The search for the last moment at which something still holds that, once over, does not come
/// back.
#[derive(Clone, Debug)]
pub(super) struct LastMoment {
    /// The world: before the first question, then after what was done.
    world: World,
    /// Who asks.
    client: String,
    /// What.
    question: Question,
    /// What is done.
    trouble: Trouble,
    /// When, counted from the first question.
    after: SimDuration,
    /// The outcome of the first question.
    first: Option<Outcome>,
    /// How far the search is.
    stage: Stage,
    /// Probes so far.
    probes: u32,
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Nothing was asked yet.
    Before,
    /// It was done at this moment.
    Done(SimTime),
    /// It held then.
    Held(SimTime),
    /// It began then, still held at the second moment and was over at the third.
    Between(SimTime, SimTime, SimTime),
}

impl LastMoment {
    /// Nothing was asked yet.
    pub(super) fn new(
        world: &World,
        client: &str,
        question: &Question,
        trouble: Trouble,
        after: SimDuration,
    ) -> Self {
        Self {
            world: world.clone(),
            client: client.to_owned(),
            question: question.clone(),
            trouble,
            after,
            first: None,
            stage: Stage::Before,
            probes: 0,
        }
    }

    /// Asks once and does what is done. Returns when.
    fn set_up(&mut self) -> Result<SimTime, MeasureError> {
        let (world, outcome, _) =
            ask_for_outcome(&self.world, SimTime::ZERO, &self.client, &self.question)?;
        self.world = world;
        self.first = Some(outcome);
        let at = (SimTime::ZERO + self.after).max(self.world.now());
        self.world.run_until(at, &mut Trace::silent());
        match &self.trouble {
            Trouble::Down(machines) => take_down(&mut self.world, machines)?,
            Trouble::Change(change) => self.world.apply(change, &mut Trace::silent())?,
        }
        Ok(at)
    }

    /// Whether it still holds at a moment.
    fn holds(&self, at: SimTime) -> Result<bool, MeasureError> {
        let (_, outcome, _) = ask_for_outcome(&self.world, at, &self.client, &self.question)?;
        Ok(match self.trouble {
            Trouble::Down(_) => outcome.is_settled(),
            Trouble::Change(_) => self
                .first
                .as_ref()
                .is_some_and(|old| same_data(&outcome, old)),
        })
    }
}

impl Probing for LastMoment {
    fn probe(&mut self) -> Result<Option<Figure>, MeasureError> {
        self.probes += 1;
        self.stage = match self.stage {
            Stage::Before => Stage::Done(self.set_up()?),
            Stage::Done(start) if self.holds(start)? => Stage::Held(start),
            Stage::Done(_) => return Ok(Some(Figure::Time(SimDuration::ZERO))),
            Stage::Held(start) if self.holds(start + HORIZON)? => return Ok(Some(Figure::Never)),
            Stage::Held(start) => Stage::Between(start, start, start + HORIZON),
            // Caches only forget, so there is one moment at which it ends.
            Stage::Between(start, still_at, over_at) if over_at.since(still_at) > EXACTLY => {
                let half = over_at.since(still_at).as_micros() / 2;
                let middle = still_at + SimDuration::from_micros(half);
                if self.holds(middle)? {
                    Stage::Between(start, middle, over_at)
                } else {
                    Stage::Between(start, still_at, middle)
                }
            }
            Stage::Between(start, _, over_at) => {
                // Whole milliseconds are finer than the question; the nearest tenth of a second
                // reads better.
                let span = over_at.since(start).as_secs_f64();
                let span = SimDuration::from_secs_f64((span * 10.0).round() / 10.0);
                return Ok(Some(Figure::Time(span)));
            }
        };
        Ok(None)
    }

    fn share(&self) -> f64 {
        f64::from(self.probes) / PROBES
    }
}

/// Whether two outcomes say the same, TTLs aside.
fn same_data(a: &Outcome, b: &Outcome) -> bool {
    let plain =
        |sets: &[Rrset]| -> Vec<Rrset> { sets.iter().map(|set| set.with_ttl(Ttl::ZERO)).collect() };
    match (a, b) {
        (Outcome::Answer(a), Outcome::Answer(b)) => plain(a) == plain(b),
        (a, b) => a == b,
    }
}
