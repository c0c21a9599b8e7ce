//! Moving a machine over the map: by pointer, by touch and by keys, with one act at the end.

use leptos::prelude::*;

use crate::app::state::LabState;
use crate::engine::{Coordinates, Intervention, NodeId};
use crate::scene::{Point, Projection};

/// How far an arrow key moves a machine, in degrees.
const STRIDE: f64 = 5.0;
/// The same with the shift key.
const STEP: f64 = 1.0;
/// What is said before anything moved.
const HELP: &str =
    "Drag a machine to move it, or focus it and use the arrow keys. Delete takes it down.";
/// Permalinks carry places to a hundredth of a degree, which is a kilometer.
const PRECISION: f64 = 100.0;

/// A machine that is being moved and has not arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// The machine.
    pub node: NodeId,
    /// Where it would go.
    pub to: Coordinates,
}

/// The move under way, if there is one, and what was last said about moves.
#[derive(Clone, Copy)]
pub struct Mover {
    /// The move.
    pub current: RwSignal<Option<Move>>,
    /// What is read out.
    pub said: RwSignal<String>,
    /// The page.
    state: LabState,
}

impl Mover {
    /// No move yet.
    pub fn new(state: LabState) -> Self {
        Self {
            current: RwSignal::new(None),
            said: RwSignal::new(HELP.to_owned()),
            state,
        }
    }

    /// Whether this machine is being moved.
    pub fn is_moving(self, node: NodeId) -> bool {
        self.current
            .get_untracked()
            .is_some_and(|current| current.node == node)
    }

    /// The machine would go to a point of the map.
    pub fn drag(self, node: NodeId, map: Projection, at: Point) {
        self.propose(node, map.unproject(at));
    }

    /// The machine would go a step further in the direction of an arrow key. `false` for any
    /// other key.
    pub fn step(self, node: NodeId, from: Coordinates, key: &str, is_small: bool) -> bool {
        let stride = if is_small { STEP } else { STRIDE };
        let (north, east) = match key {
            "ArrowUp" => (stride, 0.0),
            "ArrowDown" => (-stride, 0.0),
            "ArrowRight" => (0.0, stride),
            "ArrowLeft" => (0.0, -stride),
            _ => return false,
        };
        let current = self.current.get_untracked();
        let from = current.map_or(from, |current| current.to);
        let longitude = from.longitude + east;
        let to = Coordinates {
            latitude: (from.latitude + north).clamp(-56.0, 83.0),
            // Around the globe and back.
            longitude: longitude - 360.0 * (longitude / 360.0).round(),
        };
        self.propose(node, to);
        true
    }

    /// Notes where the machine would go, and says so.
    fn propose(self, node: NodeId, to: Coordinates) {
        let round = |degrees: f64| (degrees * PRECISION).round() / PRECISION;
        let to = Coordinates {
            latitude: round(to.latitude),
            longitude: round(to.longitude),
        };
        self.current.set(Some(Move { node, to }));
        let (title, place) = self.names(node, to);
        self.said.set(format!(
            "{title} would move to {place}, {to}. Enter settles it, Escape undoes it."
        ));
    }

    /// The title of a machine and the name of a place.
    pub fn names(self, node: NodeId, to: Coordinates) -> (String, String) {
        self.state.bench.timeline().with_untracked(|timeline| {
            let world = timeline.head();
            (world.spec(node).title.clone(), world.place_name(to))
        })
    }

    /// Carries out the move.
    pub fn settle(self) {
        let Some(Move { node, to }) = self.current.get_untracked() else {
            return;
        };
        self.current.set(None);
        let bench = self.state.bench;
        let id = bench
            .timeline()
            .with_untracked(|timeline| timeline.head().spec(node).id.clone());
        let (title, place) = self.names(node, to);
        let act = Intervention::MoveNode {
            node: id,
            latitude: to.latitude,
            longitude: to.longitude,
        };
        match bench.act_for_form(act) {
            Ok(()) => self.said.set(format!("{title} moved to {place}.")),
            Err(problem) => self.state.complain(problem),
        }
    }

    /// Lets the machine stay where it is.
    pub fn cancel(self) {
        if let Some(Move { node, to }) = self.current.get_untracked() {
            self.current.set(None);
            let (title, _) = self.names(node, to);
            self.said.set(format!("{title} stays where it is."));
        }
    }
}
