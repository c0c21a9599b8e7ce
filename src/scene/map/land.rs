//! The outline of the land, as its file holds it.

use std::fmt::Write as _;

use super::Projection;

/// Units of the file in a degree.
const UNITS: f64 = 10.0;

/// The land as the `d` attribute of an SVG path, from the text of `map/land.txt`: one outline a
/// line, whole tenths of degrees, longitude before latitude, first a point and then steps.
/// Lines that begin with `#` are passed over, and so is what cannot be read.
pub fn land_path(text: &str, map: Projection) -> String {
    let mut path = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut numbers = line
            .split_ascii_whitespace()
            .map_while(|number| number.parse::<i32>().ok());
        let (mut longitude, mut latitude) = (0_i32, 0_i32);
        let mut verb = 'M';
        while let (Some(east), Some(north)) = (numbers.next(), numbers.next()) {
            longitude = longitude.saturating_add(east);
            latitude = latitude.saturating_add(north);
            let at =
                map.project_unwrapped(f64::from(longitude) / UNITS, f64::from(latitude) / UNITS);
            // Writing to a string cannot fail.
            let _ = write!(path, "{verb}{:.1} {:.1}", at.x, at.y);
            verb = 'L';
        }
        if verb == 'L' {
            path.push('Z');
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file as it is shipped.
    const LAND: &str = include_str!("../../../public/map/land.txt");

    #[test]
    fn the_shipped_land_lies_on_the_map() {
        let map = Projection::new(1000.0);
        let path = land_path(LAND, map);
        assert_eq!(path.matches('M').count(), path.matches('Z').count());
        assert!(path.matches('M').count() > 50, "continents and islands");
        let points = path
            .split(['M', 'L', 'Z'])
            .filter(|point| !point.is_empty());
        for point in points {
            let (x, y) = point.split_once(' ').expect("two numbers");
            let (x, y): (f64, f64) = (x.parse().expect("x"), y.parse().expect("y"));
            assert!((0.0..=1000.0).contains(&x), "{point}");
            assert!((0.0..=map.height()).contains(&y), "{point}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let map = Projection::new(360.0);
        assert_eq!(land_path("# a remark\n\n10\nx 1\n", map), "");
        let path = land_path("-1685 0 10 x\n", map);
        assert!(path.starts_with("M0.0 ") && path.ends_with('Z'), "{path}");
        land_path("2147483647 2147483647 2147483647 1", map);
    }
}
