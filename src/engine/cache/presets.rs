//! The caches of real products, by name.

use super::TtlPolicy;
use crate::engine::CacheLayer;

/// A cache as a product has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CachePreset {
    /// A stable name for data and permalinks; no two presets share one.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Where it sits. A runtime's own cache, such as Java's, sits where a browser's does:
    /// inside the application.
    pub layer: CacheLayer,
    /// What it makes of TTLs.
    pub policy: TtlPolicy,
    /// Where the figures come from.
    pub source: &'static str,
    /// Whether the figures were read in the primary source. If not, they are a choice to play
    /// with and no fact to tell a learner.
    pub confirmed: bool,
}

/// All presets: applications, then stub resolvers, then recursive resolvers.
pub fn cache_presets() -> &'static [CachePreset] {
    &PRESETS
}

/// The preset with an id.
pub fn cache_preset(id: &str) -> Option<&'static CachePreset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

/// Hours an application may pin an address for: a modelled value, not that of a product.
const PINNED_SECONDS: u32 = 6 * 3600;

/// Chromium with its own DNS client, which sees TTLs: 60 s at least (`kMinimumTTLSeconds`).
const CHROMIUM_BUILT_IN: TtlPolicy = TtlPolicy {
    floor: 60,
    capacity: 1000,
    ..TtlPolicy::HONEST
};
/// Firefox where the platform hands over TTLs: these, then 60 s of grace.
const FIREFOX_TTL: TtlPolicy = TtlPolicy {
    hold: None,
    ..TtlPolicy::FIREFOX
};
/// Java: 30 s, and 10 s for what does not exist (`DEFAULT_POSITIVE`,
/// `networkaddress.cache.negative.ttl`).
const JAVA: TtlPolicy = TtlPolicy {
    hold: Some(30),
    negative_cap: 10,
    negative_floor: 10,
    ..TtlPolicy::HONEST
};
/// Java with a security manager: for as long as the program runs (`networkaddress.cache.ttl`
/// −1).
const JAVA_FOREVER: TtlPolicy = TtlPolicy {
    hold: Some(TtlPolicy::FOREVER),
    ..JAVA
};
/// An application that resolves once and keeps the address for hours.
const PINNING: TtlPolicy = TtlPolicy {
    hold: Some(PINNED_SECONDS),
    negative_cap: 0,
    ..TtlPolicy::HONEST
};
/// nscd: 3600 s and 20 s at most (`positive-time-to-live`, `negative-time-to-live` of hosts).
const NSCD: TtlPolicy = TtlPolicy {
    cap: 3600,
    negative_cap: 20,
    ..TtlPolicy::HONEST
};
/// nscd as it is said to have been: 3600 s whatever the TTL.
const NSCD_OLD: TtlPolicy = TtlPolicy {
    hold: Some(3600),
    ..NSCD
};
/// Windows with the negative life of the note of 2002.
const WINDOWS_2002: TtlPolicy = TtlPolicy {
    negative_cap: 300,
    ..TtlPolicy::WINDOWS
};
/// Windows with the negative life said of recent versions.
const WINDOWS_RECENT: TtlPolicy = TtlPolicy {
    negative_cap: 5,
    ..TtlPolicy::WINDOWS
};
/// CoreDNS: 5 s to 3600 s, negative 5 s to 1800 s, 9984 entries.
const COREDNS: TtlPolicy = TtlPolicy {
    floor: 5,
    cap: 3600,
    negative_cap: 1800,
    negative_floor: 5,
    capacity: 9984,
    ..TtlPolicy::HONEST
};

/// A resolver that cuts TTLs to this many seconds and is honest otherwise.
const fn capped(cap: u32) -> TtlPolicy {
    TtlPolicy {
        cap,
        negative_cap: cap,
        ..TtlPolicy::HONEST
    }
}

/// A resolver of a provider that raises TTLs to this many seconds, up to a day at most.
const fn raised(floor: u32) -> TtlPolicy {
    TtlPolicy {
        floor,
        ..TtlPolicy::UNBOUND
    }
}

/// Where Chromium keeps its figures.
const CHROMIUM_SOURCE: &str = "https://source.chromium.org/chromium/chromium/src/+/main:net/dns/";
/// Where Firefox keeps its figures.
const FIREFOX_SOURCE: &str =
    "https://searchfox.org/mozilla-central/source/modules/libpref/init/all.js";
/// Where Java describes its own.
const JAVA_SOURCE: &str =
    "https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/net/InetAddress.html";
/// Where nscd describes its own.
const NSCD_SOURCE: &str = "https://man7.org/linux/man-pages/man5/nscd.conf.5.html";
/// Where Windows describes its client.
const WINDOWS_SOURCE: &str = "https://learn.microsoft.com/en-us/troubleshoot/windows-server/networking/disable-dns-client-side-caching";
/// Who measured the caps of public resolvers, in 2023.
const PUBLIC_SOURCE: &str = "https://nullrouted.space/";
/// Says that a figure is the lab's own choice.
const MODELLED: &str = "a modelled value";

/// The list behind [`cache_presets`].
static PRESETS: [CachePreset; 29] = {
    use CacheLayer::{Browser, Resolver, Stub};
    [
        of(
            "none",
            "No cache of its own",
            Browser,
            TtlPolicy::NONE,
            MODELLED,
        ),
        of(
            "chromium",
            "Chromium",
            Browser,
            TtlPolicy::CHROMIUM,
            CHROMIUM_SOURCE,
        ),
        of(
            "chromium-built-in",
            "Chromium, own DNS client",
            Browser,
            CHROMIUM_BUILT_IN,
            CHROMIUM_SOURCE,
        ),
        of(
            "firefox",
            "Firefox",
            Browser,
            TtlPolicy::FIREFOX,
            FIREFOX_SOURCE,
        ),
        of(
            "firefox-ttl",
            "Firefox, TTL known",
            Browser,
            FIREFOX_TTL,
            FIREFOX_SOURCE,
        ),
        of("java", "Java", Browser, JAVA, JAVA_SOURCE),
        of(
            "java-forever",
            "Java with a security manager",
            Browser,
            JAVA_FOREVER,
            JAVA_SOURCE,
        ),
        of(
            "pinning",
            "Application that pins for hours",
            Browser,
            PINNING,
            MODELLED,
        ),
        of(
            "glibc",
            "glibc, no cache",
            Stub,
            TtlPolicy::NONE,
            "https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
        )
        .unconfirmed(),
        of(
            "systemd-resolved",
            "systemd-resolved",
            Stub,
            TtlPolicy::SYSTEMD_RESOLVED,
            "https://github.com/systemd/systemd/blob/main/src/resolve/resolved-dns-cache.c",
        ),
        of("nscd", "nscd", Stub, NSCD, NSCD_SOURCE),
        of(
            "nscd-old",
            "nscd, older versions",
            Stub,
            NSCD_OLD,
            NSCD_SOURCE,
        )
        .unconfirmed(),
        of(
            "windows",
            "Windows, negative 900 s",
            Stub,
            TtlPolicy::WINDOWS,
            WINDOWS_SOURCE,
        )
        .unconfirmed(),
        of(
            "windows-2002",
            "Windows, negative 300 s",
            Stub,
            WINDOWS_2002,
            WINDOWS_SOURCE,
        )
        .unconfirmed(),
        of(
            "windows-recent",
            "Windows, negative 5 s",
            Stub,
            WINDOWS_RECENT,
            WINDOWS_SOURCE,
        )
        .unconfirmed(),
        of(
            "honest",
            "Resolver that obeys every TTL",
            Resolver,
            TtlPolicy::HONEST,
            "https://www.rfc-editor.org/rfc/rfc2181#section-8",
        ),
        of(
            "unbound",
            "Unbound",
            Resolver,
            TtlPolicy::UNBOUND,
            "https://nlnetlabs.nl/documentation/unbound/unbound.conf/",
        ),
        of(
            "bind",
            "BIND",
            Resolver,
            TtlPolicy::BIND,
            "https://bind9.readthedocs.io/en/stable/reference.html",
        ),
        of(
            "powerdns",
            "PowerDNS Recursor",
            Resolver,
            TtlPolicy::POWERDNS,
            "https://doc.powerdns.com/recursor/settings.html",
        ),
        of(
            "coredns",
            "CoreDNS",
            Resolver,
            COREDNS,
            "https://coredns.io/plugins/cache/",
        ),
        of(
            "hickory",
            "Hickory DNS",
            Resolver,
            capped(86_400),
            "https://github.com/hickory-dns/hickory-dns",
        ),
        of(
            "windows-server",
            "Windows DNS server",
            Resolver,
            TtlPolicy::WINDOWS,
            "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/dnscmd",
        ),
        of(
            "google",
            "Google Public DNS",
            Resolver,
            capped(21_600),
            PUBLIC_SOURCE,
        ),
        of("quad9", "Quad9", Resolver, capped(43_200), PUBLIC_SOURCE),
        of("opendns", "OpenDNS", Resolver, capped(3600), PUBLIC_SOURCE),
        of(
            "cloudflare",
            "Cloudflare 1.1.1.1",
            Resolver,
            TtlPolicy::HONEST,
            PUBLIC_SOURCE,
        ),
        of(
            "floor-30",
            "Provider that raises TTLs to 30 s",
            Resolver,
            raised(30),
            MODELLED,
        ),
        of(
            "floor-60",
            "Provider that raises TTLs to 60 s",
            Resolver,
            raised(60),
            MODELLED,
        ),
        of(
            "floor-300",
            "Provider that raises TTLs to 300 s",
            Resolver,
            raised(300),
            MODELLED,
        ),
    ]
};

/// A preset whose figures were read in the primary source.
const fn of(
    id: &'static str,
    title: &'static str,
    layer: CacheLayer,
    policy: TtlPolicy,
    source: &'static str,
) -> CachePreset {
    CachePreset {
        id,
        title,
        layer,
        policy,
        source,
        confirmed: true,
    }
}

impl CachePreset {
    /// The same, its figures still to be read in the primary source.
    const fn unconfirmed(mut self) -> Self {
        self.confirmed = false;
        self
    }
}

#[cfg(test)]
mod tests;
