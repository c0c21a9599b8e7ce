//! Where everything goes.

use super::Layout;
use crate::scene::{Curve, Point, Rect};

/// The height of one chip of the resolver's box.
const CHIP_HEIGHT: f64 = 26.0;
/// The room between two things in a box.
const GAP: f64 = 8.0;

/// The geometry of one scene.
pub(super) struct Plan {
    /// Which layout it is.
    layout: Layout,
    /// The width of the view box.
    pub(super) width: f64,
    /// The height of the view box.
    pub(super) height: f64,
    /// The client's box.
    pub(super) client: Rect,
    /// The rows in it.
    pub(super) rows: [Rect; 2],
    /// The resolver's box.
    pub(super) resolver: Rect,
    /// The boxes of the zones.
    pub(super) servers: Vec<Rect>,
    /// The web host's box.
    pub(super) host: Rect,
}

impl Plan {
    /// The most chips in the resolver's box.
    pub(super) const CHIPS: usize = 5;

    /// Lays out boxes for `zones` zones, with room for a web host if the client `connects`.
    pub(super) fn new(layout: Layout, zones: usize, connects: bool) -> Self {
        match layout {
            Layout::Wide => Self::wide(zones, connects),
            Layout::Narrow => Self::narrow(zones, connects),
        }
    }

    /// Client, resolver and servers from left to right.
    fn wide(zones: usize, connects: bool) -> Self {
        const WIDTH: f64 = 820.0;
        const MARGIN: f64 = 16.0;
        const SERVER: (f64, f64, f64) = (164.0, 68.0, 28.0);
        const CLIENT: (f64, f64) = (172.0, 212.0);
        const HOST: (f64, f64) = (66.0, 44.0);
        const RESOLVER: (f64, f64) = (176.0, 296.0);
        let (server_width, server_height, server_gap) = SERVER;
        let count = zones as f64;
        let column = count * server_height + (count - 1.0).max(0.0) * server_gap;
        let height = (column + 2.0 * 32.0).max(520.0);
        let left = if connects {
            CLIENT.1 + HOST.1 + HOST.0
        } else {
            CLIENT.1
        };
        let client = Rect::new(MARGIN, (height - left) / 2.0, CLIENT.0, CLIENT.1);
        let host = Rect::new(MARGIN, client.bottom() + HOST.1, CLIENT.0, HOST.0);
        let resolver = Rect::new(328.0, (height - RESOLVER.1) / 2.0, RESOLVER.0, RESOLVER.1);
        let top = (height - column) / 2.0;
        let x = WIDTH - MARGIN - server_width;
        let servers = (0..zones).map(|index| {
            let y = top + index as f64 * (server_height + server_gap);
            Rect::new(x, y, server_width, server_height)
        });
        let row = |index: f64| {
            let y = client.y + 40.0 + index * (50.0 + GAP);
            Rect::new(client.x + 12.0, y, client.width - 24.0, 50.0)
        };
        let rows = [row(0.0), row(1.0)];
        let servers = servers.collect();
        let layout = Layout::Wide;
        Self {
            layout,
            width: WIDTH,
            height,
            client,
            rows,
            resolver,
            servers,
            host,
        }
    }

    /// Client, resolver and servers from top to bottom. The left edge is kept free for the
    /// links.
    fn narrow(zones: usize, connects: bool) -> Self {
        const WIDTH: f64 = 360.0;
        const MARGIN: f64 = 8.0;
        const SERVER: (f64, f64) = (62.0, 16.0);
        let client = Rect::new(MARGIN, MARGIN, WIDTH - 2.0 * MARGIN, 148.0);
        let resolver_x = 44.0;
        let resolver = Rect::new(
            resolver_x,
            client.bottom() + 44.0,
            WIDTH - MARGIN - resolver_x,
            204.0,
        );
        let x = 134.0;
        let width = WIDTH - MARGIN - x;
        let mut y = resolver.bottom() + 36.0;
        let mut servers = Vec::new();
        for _ in 0..zones {
            servers.push(Rect::new(x, y, width, SERVER.0));
            y += SERVER.0 + SERVER.1;
        }
        let host = Rect::new(x, y, width, SERVER.0);
        let height = if connects { host.bottom() + MARGIN } else { y };
        let row_width = (client.width - 24.0 - GAP) / 2.0;
        let row = |index: f64| {
            let x = client.x + 12.0 + index * (row_width + GAP);
            Rect::new(x, client.y + 36.0, row_width, 50.0)
        };
        let rows = [row(0.0), row(1.0)];
        Self {
            layout: Layout::Narrow,
            width: WIDTH,
            height,
            client,
            rows,
            resolver,
            servers,
            host,
        }
    }

    /// The place of one chip in the resolver's box.
    pub(super) fn chip(&self, index: usize) -> Rect {
        let inner = Rect {
            x: self.resolver.x + 12.0,
            width: self.resolver.width - 24.0,
            ..self.resolver
        };
        let place = index as f64;
        match self.layout {
            Layout::Wide => {
                let y = inner.y + 58.0 + place * (CHIP_HEIGHT + 6.0);
                Rect::new(inner.x, y, inner.width, CHIP_HEIGHT)
            }
            Layout::Narrow => {
                let width = (inner.width - GAP) / 2.0;
                let (column, row) = ((index % 2) as f64, (index / 2) as f64);
                let x = inner.x + column * (width + GAP);
                let y = inner.y + 54.0 + row * (CHIP_HEIGHT + 6.0);
                Rect::new(x, y, width, CHIP_HEIGHT)
            }
        }
    }

    /// Where "+ n more" stands.
    pub(super) fn more(&self) -> Point {
        let last = self.chip(Self::CHIPS);
        Point {
            x: last.x + 4.0,
            y: last.y + 13.0,
        }
    }

    /// Where the first counter stands.
    pub(super) fn counters(&self) -> Point {
        Point {
            x: self.resolver.center().x,
            y: self.resolver.bottom() - 28.0,
        }
    }

    /// The link from the client to the resolver.
    pub(super) fn resolver_link(&self) -> Curve {
        match self.layout {
            Layout::Wide => Curve::horizontal(
                Point {
                    x: self.client.right(),
                    y: self.client.center().y,
                },
                Point {
                    x: self.resolver.x,
                    y: self.resolver.center().y,
                },
            ),
            Layout::Narrow => {
                let x = self.resolver.center().x;
                Curve::line(
                    Point {
                        x,
                        y: self.client.bottom(),
                    },
                    Point {
                        x,
                        y: self.resolver.y,
                    },
                )
            }
        }
    }

    /// The link from the resolver to a zone's box.
    pub(super) fn server_link(&self, index: usize) -> Curve {
        let Some(server) = self.servers.get(index) else {
            return Curve::default();
        };
        let to = Point {
            x: server.x,
            y: server.center().y,
        };
        let count = self.servers.len();
        match self.layout {
            Layout::Wide => {
                let spread = (index as f64) - (count as f64 - 1.0) / 2.0;
                let step = 18.0_f64.min(self.resolver.height / (count as f64 + 1.0));
                let y = self.resolver.center().y + spread * step;
                Curve::horizontal(
                    Point {
                        x: self.resolver.right(),
                        y,
                    },
                    to,
                )
            }
            Layout::Narrow => {
                // The longest link leaves farthest to the left, so that none cross.
                let order = count.saturating_sub(1 + index) as f64;
                let x = self.resolver.x + 10.0 + order * 7.0;
                Curve::drop(
                    Point {
                        x,
                        y: self.resolver.bottom(),
                    },
                    to,
                )
            }
        }
    }

    /// The link from the client to the web host.
    pub(super) fn host_link(&self) -> Curve {
        match self.layout {
            Layout::Wide => {
                let x = self.client.center().x;
                Curve::line(
                    Point {
                        x,
                        y: self.client.bottom(),
                    },
                    Point { x, y: self.host.y },
                )
            }
            Layout::Narrow => Curve::drop(
                Point {
                    x: 24.0,
                    y: self.client.bottom(),
                },
                Point {
                    x: self.host.x,
                    y: self.host.center().y,
                },
            ),
        }
    }

    /// The place of a link's text: the middle of its baseline.
    pub(super) fn link_text(&self, curve: &Curve, is_vertical: bool) -> Point {
        let [from, _, _, to] = curve.points;
        match (self.layout, is_vertical) {
            (_, true) => {
                let middle = curve.at(0.5);
                Point {
                    x: middle.x + 44.0,
                    y: middle.y + 4.0,
                }
            }
            (Layout::Wide, false) => {
                // Near the servers, where the links are far apart.
                let place = curve.at(0.72);
                // On the outer side of the bend, where the text does not cross the line.
                if to.y > from.y + 8.0 {
                    Point {
                        x: place.x - 16.0,
                        y: place.y + 22.0,
                    }
                } else {
                    Point {
                        x: place.x,
                        y: place.y.min(to.y) - 9.0,
                    }
                }
            }
            (Layout::Narrow, false) => Point {
                x: to.x - 34.0,
                y: to.y - 7.0,
            },
        }
    }

    /// A place of this size near a point, within the view box.
    pub(super) fn callout(&self, at: Point, width: f64, height: f64, is_vertical: bool) -> Rect {
        let rect = if is_vertical {
            Rect::new(at.x + 16.0, at.y - height / 2.0, width, height)
        } else {
            Rect::new(at.x - width / 2.0, at.y - height - 16.0, width, height)
        };
        rect.kept_within(self.width, self.height)
    }
}
