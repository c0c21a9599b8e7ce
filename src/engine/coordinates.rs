//! Points on the globe and the way between them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The mean radius of the Earth, in kilometers ([IUGG](https://en.wikipedia.org/wiki/Earth_radius)).
const EARTH_RADIUS_KM: f64 = 6371.0;

/// A point on the globe.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

impl fmt::Display for Coordinates {
    /// Whole degrees: `48° N, 11° E`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let north = if self.latitude < 0.0 { 'S' } else { 'N' };
        let east = if self.longitude < 0.0 { 'W' } else { 'E' };
        let (latitude, longitude) = (self.latitude.abs(), self.longitude.abs());
        write!(f, "{latitude:.0}° {north}, {longitude:.0}° {east}")
    }
}

impl Coordinates {
    /// Great-circle distance in kilometers, by the haversine formula.
    ///
    /// The functions come from `libm` and not from the platform, so that a delay is the
    /// same to the last bit natively and in the browser.
    pub fn distance_km(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half_lat = libm::sin((other.latitude - self.latitude).to_radians() / 2.0);
        let half_lon = libm::sin((other.longitude - self.longitude).to_radians() / 2.0);
        let across = libm::cos(lat1) * libm::cos(lat2) * half_lon * half_lon;
        let a = half_lat * half_lat + across;
        2.0 * EARTH_RADIUS_KM * libm::asin(libm::sqrt(a).min(1.0))
    }
}
