//! From the globe to the map and back.

use super::window::MapWindow;
use crate::engine::Coordinates;
use crate::scene::Point;

/// The meridian at the left edge, degrees east: in the Bering Strait, where it cuts no land.
pub(super) const WEST: f64 = -168.5;
/// The northernmost latitude: Greenland's tip is on the map.
pub(super) const NORTH: f64 = 84.0;
/// The southernmost latitude: Cape Horn is on the map, Antarctica is not.
pub(super) const SOUTH: f64 = -57.0;

/// The Earth in Gall's stereographic projection, which fills a wide box, keeps meridians
/// upright, and stretches the north far less than Mercator does: the globe is cast from the
/// opposite point of the equator on a cylinder that cuts it at 45° north and south
/// ([J. Gall, 1885](https://en.wikipedia.org/wiki/Gall_stereographic_projection)).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// The width of the map in units of its view box.
    width: f64,
    /// The part of the world that fills it.
    window: MapWindow,
}

impl Projection {
    /// A map of the world of this width.
    pub fn new(width: f64) -> Self {
        Self::of(width, MapWindow::WORLD)
    }

    /// A map of a part of the world.
    pub fn of(width: f64, window: MapWindow) -> Self {
        Self {
            width: width.max(1.0),
            window,
        }
    }

    /// The width of the map.
    pub fn width(self) -> f64 {
        self.width
    }

    /// The height of the map, which follows from its width.
    pub fn height(self) -> f64 {
        self.world_height() / self.window.zoom()
    }

    /// The width of the whole world, most of which may lie outside the map.
    pub(super) fn world_width(self) -> f64 {
        self.width * self.window.zoom()
    }

    /// The height of the whole world.
    fn world_height(self) -> f64 {
        (height_of(NORTH) - height_of(SOUTH)) * self.radius()
    }

    /// Where the map has the upper left corner of the world.
    pub(super) fn corner(self) -> Point {
        Point {
            // Not by a minus sign: zero is to stay zero, not to become -0.0.
            x: 0.0 - self.window.left() * self.world_width(),
            y: 0.0 - self.window.top() * self.world_height(),
        }
    }

    /// What brings a drawing of the whole world, made for a map of this width, to this map: the
    /// `transform` attribute of an SVG element.
    pub fn transform(self) -> String {
        let Point { x, y } = self.corner();
        format!("translate({x:.2} {y:.2}) scale({:.4})", self.window.zoom())
    }

    /// Whether a point is on the map. What stands beyond the edges of the world is on the map of
    /// all of it, at the edge.
    pub fn shows(self, at: Point) -> bool {
        let is_within = (0.0..=self.width).contains(&at.x) && (0.0..=self.height()).contains(&at.y);
        is_within || self.window == MapWindow::WORLD
    }

    /// The radius of the globe that is cast, in units of the view box.
    fn radius(self) -> f64 {
        self.world_width() / (std::f64::consts::TAU * std::f64::consts::FRAC_1_SQRT_2)
    }

    /// Where a place is drawn. Places outside the map give points outside the box.
    pub fn project(self, at: Coordinates) -> Point {
        let turns = (at.longitude - WEST) / 360.0;
        let corner = self.corner();
        Point {
            x: (turns - turns.floor()) * self.world_width() + corner.x,
            y: (height_of(NORTH) - height_of(at.latitude)) * self.radius() + corner.y,
        }
    }

    /// The same for a longitude that was counted on beyond the edge, as the outline of the
    /// land does: it is not brought back onto the map.
    pub(super) fn project_unwrapped(self, longitude: f64, latitude: f64) -> Point {
        let corner = self.corner();
        Point {
            x: (longitude - WEST) / 360.0 * self.world_width() + corner.x,
            y: (height_of(NORTH) - height_of(latitude)) * self.radius() + corner.y,
        }
    }

    /// The place of a point; one outside the box is moved to its edge first.
    pub fn unproject(self, at: Point) -> Coordinates {
        let corner = self.corner();
        let x = at.x.clamp(0.0, self.width) - corner.x;
        let y = at.y.clamp(0.0, self.height()) - corner.y;
        let east = WEST + x / self.world_width() * 360.0;
        Coordinates {
            latitude: latitude_of(height_of(NORTH) - y / self.radius()),
            longitude: if east > 180.0 { east - 360.0 } else { east },
        }
    }
}

/// How high a latitude lies above the equator, in radii of the globe.
fn height_of(latitude: f64) -> f64 {
    (1.0 + std::f64::consts::FRAC_1_SQRT_2) * libm::tan(latitude.to_radians() / 2.0)
}

/// The latitude at a height: the inverse of [`height_of`].
fn latitude_of(height: f64) -> f64 {
    (2.0 * libm::atan(height / (1.0 + std::f64::consts::FRAC_1_SQRT_2))).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates {
            latitude,
            longitude,
        }
    }

    #[test]
    fn a_degree_is_as_high_as_wide_at_45_degrees() {
        let map = Projection::new(1000.0);
        let (low, high) = (map.project(at(44.99, 10.0)), map.project(at(45.01, 10.02)));
        // On the globe the meridians draw together there, on the map they do not.
        let east = (high.x - low.x) / libm::cos(45_f64.to_radians());
        let north = low.y - high.y;
        assert!((east / north - 1.0).abs() < 1e-3, "{east} {north}");
    }

    #[test]
    fn the_edges_are_where_they_should_be() {
        let map = Projection::new(720.0);
        let corner = map.project(at(NORTH, WEST));
        assert!(corner.x.abs() < 1e-9 && corner.y.abs() < 1e-9, "{corner:?}");
        assert!((map.project(at(SOUTH, 0.0)).y - map.height()).abs() < 1e-9);
        // Just west of the cut is the right edge.
        assert!(map.project(at(0.0, WEST - 0.1)).x > 719.0);
        assert!((1.7..1.95).contains(&(map.width() / map.height())));
    }

    proptest! {
        #[test]
        fn what_is_projected_comes_back(latitude in SOUTH..NORTH, longitude in -180.0..180.0f64) {
            let map = Projection::new(740.0);
            let back = map.unproject(map.project(at(latitude, longitude)));
            prop_assert!((back.latitude - latitude).abs() < 1e-9);
            prop_assert!((back.longitude - longitude).abs() < 1e-9);
        }

        #[test]
        fn so_it_does_on_the_map_of_a_part(
            x in 0.0..740.0f64, y in 0.0..400.0f64,
            zoom in 1.0..12.0f64, across in 0.0..1.0f64, down in 0.0..1.0f64,
        ) {
            let window = MapWindow::WORLD.zoomed(zoom, across, down);
            let map = Projection::of(740.0, window);
            let y = y.min(map.height());
            let back = map.project(map.unproject(Point { x, y }));
            // The two edges of the world are one meridian.
            let gap = (back.x - x).abs();
            prop_assert!(gap.min((gap - map.world_width()).abs()) < 1e-6, "{back:?} {x}");
            prop_assert!((back.y - y).abs() < 1e-6);
        }

        #[test]
        fn every_point_has_a_place_on_the_earth(x in -1e4..1e4f64, y in -1e4..1e4f64) {
            let place = Projection::new(740.0).unproject(Point { x, y });
            prop_assert!((SOUTH - 1e-9..=NORTH + 1e-9).contains(&place.latitude));
            prop_assert!((-180.0..=180.0).contains(&place.longitude));
        }
    }
}
