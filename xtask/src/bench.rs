//! `cargo xtask bench`.

use anyhow::Result;

use crate::env::Env;
use crate::process::CommandExt;
use crate::site;

/// The benchmarks of the engine, then the size of the site.
pub(crate) fn run(env: &Env) -> Result<()> {
    env.cargo().arg("bench").run()?;
    site::build(env)?;
    site::print_sizes(env)
}
