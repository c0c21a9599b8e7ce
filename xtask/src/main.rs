//! `cargo xtask`: sets up the tools, then serves, builds, checks or measures DNS Lab.

mod bench;
mod checks;
#[cfg(test)]
mod ci;
mod data;
mod env;
mod outline;
mod parts;
mod process;
mod seal;
mod setup;
mod shell;
mod site;
mod size;
mod space;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::env::Env;

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  serve [args]  set up the tools and serve the page with live reload; args go to `trunk serve`,
                for example `--open`, `--port 9000` or `--release`
  build         build the static site in dist/, the program in parts; it works from any path of
                any static host
  test          run every check: format, lints, tests (also with real DNS programs), docs,
                size budget, browser tests
  bench         run the benchmarks: natively, in wasm and in a browser; print the size of the site
  size [folder] print what first visits of the built site download, against their budgets
  data [folder] write the lessons and worlds as the page fetches them, and put the parts of the
                program in place; a step of every build
  seal [folder] put the Content-Security-Policy, the service worker and the list of headers into a
                site; the last step of `build`
  outline FILE  make the land of the map anew from Natural Earth; see xtask/src/outline.rs
  setup         only set up the tools which the other commands need
  help          print this text

Every command sets up what it needs first, and says what it is doing.
";

fn main() -> ExitCode {
    let mut args: Vec<_> = std::env::args_os().collect();
    let done = if parts::is_stand_in(args.first()) {
        parts::stand_in(&args.split_off(1))
    } else {
        let mut args = std::env::args().skip(1);
        let command = args.next();
        run(command.as_deref(), &args.collect::<Vec<_>>())
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Option<&str>, rest: &[String]) -> Result<()> {
    let Some(command) = command else {
        bail!("no command given\n\n{USAGE}");
    };
    if !matches!(command, "serve" | "size" | "data" | "seal" | "outline") && !rest.is_empty() {
        bail!(
            "`{command}` takes no arguments, got `{}`\n\n{USAGE}",
            rest.join(" ")
        );
    }
    match command {
        "serve" => {
            let env = Env::detect()?;
            setup::for_site_and_page(&env)?;
            site::serve(&env, rest)
        }
        "build" => {
            let env = Env::detect()?;
            setup::for_site(&env)?;
            site::build(&env)?;
            size::print(&env.dist())
        }
        "test" => {
            let env = Env::detect()?;
            checks::run_all(&env)
        }
        "bench" => {
            let env = Env::detect()?;
            setup::for_site(&env)?;
            bench::run(&env)
        }
        "size" => {
            let env = Env::detect()?;
            let site = rest.first().map_or_else(|| env.dist(), PathBuf::from);
            size::check(&site)
        }
        "data" => {
            let env = Env::detect()?;
            data::write(&env, rest.first().map(String::as_str))?;
            if let Some(site) = std::env::var_os("TRUNK_STAGING_DIR")
                && let Some(placed) = parts::place(&env, site.as_ref())?
            {
                placed.print();
                table::change(site.as_ref(), |table| {
                    table.parts = placed.by_route;
                    table.sizes.extend(placed.sizes);
                })?;
            }
            Ok(())
        }
        "seal" => {
            let env = Env::detect()?;
            let site = rest.first().map_or_else(|| env.dist(), PathBuf::from);
            seal::seal(&env, &site)
        }
        "outline" => outline::run(&Env::detect()?, rest),
        "setup" => {
            let env = Env::detect()?;
            setup::for_site(&env)?;
            setup::for_tests()?;
            setup::for_program_tests()
        }
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
}
