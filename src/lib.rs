//! DNS Lab: a flight simulator for DNS.
//!
//! Seven layers, each knowing only those before it:
//!
//! | layer | what it is |
//! |---|---|
//! | [`dns`] | the vocabulary: names, records, messages, wire format, zone files |
//! | [`engine`] | behaviour over simulated time: servers, resolvers, caches, network, trace |
//! | [`scenario`] | data to a running world: topology, interventions, knobs, measures |
//! | [`lesson`] | the course: parsing, checking, playing and grading lessons |
//! | [`scene`] | pure view models: what the stage shows at one moment of a trace |
//! | [`page`] | what the page decides: state machines that know no browser |
//! | `app` | the page (Leptos), built with feature `app`; the only layer that knows the browser |

pub mod dns;
pub mod engine;
pub mod lesson;
pub mod page;
pub mod scenario;
pub mod scene;

#[cfg(feature = "app")]
pub mod app;
