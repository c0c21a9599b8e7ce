//! Which part of the world the map shows.

use super::Projection;
use crate::engine::Coordinates;
use crate::scene::Point;

/// How much larger than the map of the world a map can be: at this scale the outline of the
/// land, which is known to a tenth of a degree, begins to show its corners.
const LARGEST: f64 = 12.0;
/// How much larger the map becomes to fit what it shows.
const LARGEST_FIT: f64 = 8.0;
/// The free border around what is fitted, as a share of the map.
const BORDER: f64 = 0.14;

/// A part of the world in the shape of the map, within the edges of the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapWindow {
    /// How much larger the world is drawn than it would be as a whole, 1 or more.
    zoom: f64,
    /// How much of the world lies to the left of it, as a share of its width.
    left: f64,
    /// How much of the world lies above it, as a share of its height.
    top: f64,
}

/// A part of the world that has a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapRegion {
    /// What it is called.
    pub name: &'static str,
    /// Its edges in degrees: west, south, east, north.
    edges: [f64; 4],
}

/// The parts of the world that can be picked by name.
pub const REGIONS: [MapRegion; 6] = [
    region("Europe", [-11.0, 36.0, 31.0, 61.0]),
    region("North America", [-128.0, 22.0, -64.0, 52.0]),
    region("South America", [-84.0, -42.0, -34.0, 12.0]),
    region("Africa", [-20.0, -35.0, 52.0, 37.0]),
    region("Asia", [62.0, -9.0, 146.0, 46.0]),
    region("Oceania", [110.0, -46.0, 179.0, -4.0]),
];

/// One region.
const fn region(name: &'static str, edges: [f64; 4]) -> MapRegion {
    MapRegion { name, edges }
}

impl MapWindow {
    /// All of the world.
    pub const WORLD: Self = Self {
        zoom: 1.0,
        left: 0.0,
        top: 0.0,
    };

    /// How much larger the world is drawn than it would be as a whole.
    pub fn zoom(self) -> f64 {
        self.zoom
    }

    /// How much of the world lies to the left, as a share of its width.
    pub fn left(self) -> f64 {
        self.left
    }

    /// How much of the world lies above, as a share of its height.
    pub fn top(self) -> f64 {
        self.top
    }

    /// A window with these values, moved and grown to lie within the world.
    fn within(zoom: f64, left: f64, top: f64) -> Self {
        let zoom = zoom.clamp(1.0, LARGEST);
        let most = 1.0 - 1.0 / zoom;
        Self {
            zoom,
            left: left.clamp(0.0, most),
            top: top.clamp(0.0, most),
        }
    }

    /// The window when all is drawn `factor` times as large. The point that lies at these shares
    /// of the map, from its left and upper edge, stays where it is, as far as the edges of the
    /// world let it.
    pub fn zoomed(self, factor: f64, across: f64, down: f64) -> Self {
        let zoom = (self.zoom * factor).clamp(1.0, LARGEST);
        let gain = 1.0 / self.zoom - 1.0 / zoom;
        Self::within(zoom, self.left + across * gain, self.top + down * gain)
    }

    /// The window moved by these shares of the map, to the right and down.
    pub fn moved(self, across: f64, down: f64) -> Self {
        Self::within(
            self.zoom,
            self.left + across / self.zoom,
            self.top + down / self.zoom,
        )
    }

    /// The smallest window with a region in it.
    pub fn of(region: MapRegion) -> Self {
        let [west, south, east, north] = region.edges;
        let corner = |latitude, longitude| Coordinates {
            latitude,
            longitude,
        };
        Self::around(&[corner(south, west), corner(north, east)], 0.0, LARGEST)
    }

    /// A window with these places in it and some room around them; the world if there are none.
    pub fn fitted(places: &[Coordinates]) -> Self {
        Self::around(places, BORDER, LARGEST_FIT)
    }

    /// The smallest window with these places in it.
    fn around(places: &[Coordinates], border: f64, largest: f64) -> Self {
        let world = Projection::new(1.0);
        let shares = places.iter().map(|place| {
            let Point { x, y } = world.project(*place);
            (x, y / world.height())
        });
        let edges = shares.fold(None, |edges: Option<[f64; 4]>, (x, y)| {
            let [left, top, right, bottom] = edges.unwrap_or([x, y, x, y]);
            Some([left.min(x), top.min(y), right.max(x), bottom.max(y)])
        });
        let Some([left, top, right, bottom]) = edges else {
            return Self::WORLD;
        };
        let span = (right - left).max(bottom - top).max(1e-6) / (1.0 - 2.0 * border);
        let zoom = (1.0 / span).clamp(1.0, largest);
        let half = 0.5 / zoom;
        Self::within(
            zoom,
            f64::midpoint(left, right) - half,
            f64::midpoint(top, bottom) - half,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shows(window: MapWindow, latitude: f64, longitude: f64) -> bool {
        let map = Projection::of(700.0, window);
        map.shows(map.project(Coordinates {
            latitude,
            longitude,
        }))
    }

    #[test]
    fn a_region_shows_its_cities_and_not_those_of_others() {
        let europe = MapWindow::of(REGIONS[0]);
        assert!(shows(europe, 52.52, 13.41) && shows(europe, 51.51, -0.13));
        assert!(!shows(europe, 40.71, -74.01) && !shows(europe, 35.68, 139.69));
        assert!(europe.zoom() > 4.0, "{europe:?}");
        for region in REGIONS {
            let [west, south, east, north] = region.edges;
            let window = MapWindow::of(region);
            assert!(
                shows(window, (south + north) / 2.0, (west + east) / 2.0),
                "{region:?}"
            );
            assert!(window.zoom() > 1.5, "{region:?}");
        }
    }

    #[test]
    fn what_is_fitted_is_on_the_map_and_not_at_its_edge() {
        let berlin = Coordinates {
            latitude: 52.52,
            longitude: 13.41,
        };
        let ashburn = Coordinates {
            latitude: 39.04,
            longitude: -77.49,
        };
        let map = Projection::of(700.0, MapWindow::fitted(&[berlin, ashburn]));
        for place in [berlin, ashburn] {
            let at = map.project(place);
            assert!((60.0..640.0).contains(&at.x), "{at:?}");
            assert!(at.y > 20.0 && at.y < map.height() - 20.0, "{at:?}");
        }
        assert_eq!(MapWindow::fitted(&[]), MapWindow::WORLD);
        assert_eq!(MapWindow::fitted(&[berlin]).zoom(), LARGEST_FIT);
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there_when_the_map_grows() {
        let window = MapWindow::WORLD.zoomed(2.0, 0.5, 0.4);
        let before = Projection::of(700.0, window);
        let at = Point { x: 210.0, y: 90.0 };
        let place = before.unproject(at);
        let share = at.y / before.height();
        let after = Projection::of(700.0, window.zoomed(1.5, 0.3, share)).project(place);
        assert!(
            (after.x - at.x).abs() < 1e-6 && (after.y - at.y).abs() < 1e-6,
            "{after:?}"
        );
    }

    proptest! {
        #[test]
        fn a_window_never_leaves_the_world(
            steps in prop::collection::vec((0.1..9.0f64, -3.0..3.0f64, -3.0..3.0f64), 0..8),
        ) {
            let mut window = MapWindow::WORLD;
            for (factor, across, down) in steps {
                window = window.zoomed(factor, across, down).moved(across, down);
                prop_assert!(window.zoom >= 1.0 && window.zoom <= LARGEST);
                prop_assert!(window.left >= 0.0 && window.left + 1.0 / window.zoom < 1.0 + 1e-9);
                prop_assert!(window.top >= 0.0 && window.top + 1.0 / window.zoom < 1.0 + 1e-9);
            }
        }
    }
}
