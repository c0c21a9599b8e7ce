//! The crowd of the native benches, to be run in wasm by `run.mjs`.

#[path = "../crowds/crowd.rs"]
mod crowd;

/// Runs an hour of `clients` clients behind `resolvers` resolvers at a TTL of `ttl` seconds.
/// Returns how many decisions of caches that took; 0 if there is no such crowd.
// The name is all a caller has, as no bindings are generated. No other symbol has it.
#[unsafe(no_mangle)]
pub extern "C" fn run(clients: u32, ttl: u32, resolvers: u32) -> f64 {
    let mut crowd = crowd::crowd(clients, ttl);
    crowd.resolvers[0].count = resolvers;
    crowd.run(7).map_or(0.0, |series| series.decisions as f64)
}
