//! Serving and building the site.

use std::process::Command;

use anyhow::Result;

use crate::env::Env;
use crate::parts;
use crate::process::CommandExt;
use crate::seal;

/// Serves the page with live reload until it is interrupted.
pub(crate) fn serve(env: &Env, args: &[String]) -> Result<()> {
    trunk(env).arg("serve").args(args).run()
}

/// Compiles the page as `trunk serve` does.
pub(crate) fn compile(env: &Env) -> Command {
    let mut cargo = env.cargo();
    cargo.args(["build", "--quiet", "--target", "wasm32-unknown-unknown"]);
    cargo.args([
        "--no-default-features",
        "--features",
        "app",
        "--bin",
        "dns-lab",
    ]);
    cargo
}

/// Builds the site in `dist/`.
pub(crate) fn build(env: &Env) -> Result<()> {
    let mut trunk = trunk(env);
    parts::ask_for(env, &mut trunk)?;
    trunk.args(["build", "--release"]).run()?;
    seal::seal(env, &env.dist())?;
    println!("The site is in {}", env.dist().display());
    Ok(())
}

fn trunk(env: &Env) -> Command {
    let mut command = env.tool("trunk");
    // Tools are set up here, at versions we know; Trunk need not look for newer ones of itself.
    command.arg("--skip-version-check");
    // Trunk takes `NO_COLOR=1`, which many tools set, for a mistake.
    command.env_remove("NO_COLOR");
    command
}
