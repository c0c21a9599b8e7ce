//! The lab's engine behind real sockets, so that `dig` and other programs can talk to it.
//!
//! Three modes: a world's recursive resolver that iterates inside the simulated network, a
//! world's authoritative servers on addresses of this machine, and the resolver over the real
//! network. `serve --help` says how.
//!
//! One loop ([`service::run`]) waits on all sockets. The [`front::Front`] speaks UDP and TCP
//! with clients; a [`backend::Backend`] has the engine's machines and says what to answer.

mod backend;
mod clock;
mod front;
mod hints;
mod options;
mod service;
mod worlds;

use std::io::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;

use dns_lab::engine::Node;

use crate::backend::{Authoritative, OverNetwork, Simulated};
use crate::options::{Command, Options};
use crate::service::Service;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => return fail(&format!("{problem}\n\n{}", options::USAGE)),
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => fail(&problem),
    }
}

/// Tells a person what went wrong.
fn fail(problem: &str) -> ExitCode {
    eprintln!("error: {problem}");
    ExitCode::FAILURE
}

/// Prints one line at once, so that a program that waits for it sees it.
fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    // Whoever closed our output does not want to read it.
    let _ = writeln!(output, "{line}").and_then(|()| output.flush());
}

/// Does what the command line says, until it is told to stop.
fn run(options: Options) -> Result<(), String> {
    let Options { command, seed, log } = options;
    match command {
        Command::Help => {
            say(options::USAGE);
            Ok(())
        }
        Command::Addresses { world } => {
            for (_, address) in worlds::authoritative_addresses(&worlds::load(&world)?.build(0)) {
                say(&address.to_string());
            }
            Ok(())
        }
        Command::Simulated {
            world,
            resolver,
            listen,
        } => {
            let source = worlds::load(&world)?;
            let world = source.build(seed.unwrap_or(1));
            let node = worlds::resolver(&world, resolver.as_deref())?;
            let title = world.spec(node).title.clone();
            let mut service = Service::new(&[listen])?;
            let listen = service.addresses()[0];
            say(&format!(
                "{}: {title} answers on {listen}, UDP and TCP.",
                source.title
            ));
            let (ip, port) = (listen.ip(), listen.port());
            say(&format!("Try: dig @{ip} -p {port} www.example.com"));
            service.run(&mut Simulated::new(world, node, log))
        }
        Command::Authoritative { world, port } => {
            let source = worlds::load(&world)?;
            let world = source.build(seed.unwrap_or(1));
            let places = worlds::authoritative_addresses(&world);
            let (nodes, addresses): (Vec<Node>, Vec<SocketAddr>) = places
                .into_iter()
                .map(|(id, ip)| (world.node(id).clone(), SocketAddr::new(ip, port)))
                .unzip();
            if nodes.is_empty() {
                return Err("the world has no authoritative server".to_owned());
            }
            let mut service = Service::new(&addresses)?;
            say(&format!(
                "{}: authoritative servers answer on {} addresses, UDP and TCP.",
                source.title,
                addresses.len()
            ));
            service.run(&mut Authoritative::new(nodes))
        }
        Command::OverNetwork { listen, hints } => {
            let hints = hints::read(&hints)?;
            let mut service = Service::new(&[listen])?;
            let seed = seed.unwrap_or_else(clock::entropy);
            let mut backend = OverNetwork::new(hints, seed, service.registry()?);
            let listen = service.addresses()[0];
            say(&format!(
                "The lab's resolver answers on {listen}, UDP and TCP, and asks real servers."
            ));
            service.run(&mut backend)
        }
    }
}
