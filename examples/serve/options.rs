//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Usage:
  serve WORLD [--listen ADDR:PORT] [--resolver ID] [--seed N] [--log]
      A recursive resolver of the world answers on ADDR:PORT (127.0.0.1:5300 if not given),
      UDP and TCP. It iterates inside the simulated network, whose time follows the clock.
      --resolver chooses one by its id; --log prints what happens in the world.

  serve WORLD --authoritative [--port N] [--seed N]
      Every authoritative server of the world answers on its own addresses, port 53 or N.
      This machine must have the addresses, for instance in a network namespace.

  serve WORLD --addresses
      Prints the addresses that --authoritative needs, one a line.

  serve --recursive-over-network ADDR:PORT --hints FILE [--seed N]
      The lab's resolver answers on ADDR:PORT and asks real servers, beginning with those of
      FILE: a zone file with NS records and the addresses of the servers they name.

WORLD is a world of the lab, such as small_internet, or the path of a folder with a world.toml
and its zones. Ctrl-C stops.";

/// Where the resolver listens if nothing else is said.
const DEFAULT_LISTEN: ([u8; 4], u16) = ([127, 0, 0, 1], 5300);
/// The port of DNS.
const DEFAULT_PORT: u16 = 53;

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print the usage.
    Help,
    /// Print the addresses of the authoritative servers.
    Addresses {
        /// A world's id or path.
        world: String,
    },
    /// Answer as a resolver of a simulated world.
    Simulated {
        /// A world's id or path.
        world: String,
        /// The resolver's id; the world's first one if not given.
        resolver: Option<String>,
        /// Where to listen.
        listen: SocketAddr,
    },
    /// Answer as a world's authoritative servers.
    Authoritative {
        /// A world's id or path.
        world: String,
        /// The port on each of their addresses.
        port: u16,
    },
    /// Answer as a resolver that asks real servers.
    OverNetwork {
        /// Where to listen.
        listen: SocketAddr,
        /// The file with the root's servers.
        hints: PathBuf,
    },
}

/// The command line, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// What is to be done.
    pub(crate) command: Command,
    /// The seed of all random streams, if given.
    pub(crate) seed: Option<u64>,
    /// Whether to print what happens.
    pub(crate) log: bool,
}

/// The words of the command line, sorted but not yet checked against each other.
#[derive(Debug, Default)]
struct Words {
    help: bool,
    addresses: bool,
    authoritative: bool,
    log: bool,
    world: Option<String>,
    listen: Option<SocketAddr>,
    over_network: Option<SocketAddr>,
    resolver: Option<String>,
    port: Option<u16>,
    hints: Option<PathBuf>,
    seed: Option<u64>,
}

impl Options {
    /// Reads the command line without the program's name.
    ///
    /// # Errors
    /// The first word that is unknown, misplaced or lacks its value.
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let words = Words::sort(words)?;
        let (seed, log) = (words.seed, words.log);
        let command = words.command()?;
        Ok(Self { command, seed, log })
    }
}

impl Words {
    /// Sorts the words.
    fn sort(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut sorted = Self::default();
        while let Some(word) = words.next() {
            let mut value = |what: &str| {
                words
                    .next()
                    .ok_or_else(|| format!("{word} needs {what} after it"))
            };
            match word.as_str() {
                "--help" | "-h" => sorted.help = true,
                "--addresses" => sorted.addresses = true,
                "--authoritative" => sorted.authoritative = true,
                "--log" => sorted.log = true,
                "--listen" => sorted.listen = Some(socket_address(&value("ADDR:PORT")?)?),
                "--recursive-over-network" => {
                    sorted.over_network = Some(socket_address(&value("ADDR:PORT")?)?);
                }
                "--resolver" => sorted.resolver = Some(value("an id")?),
                "--port" => sorted.port = Some(number(&value("a port")?, "port")?),
                "--hints" => sorted.hints = Some(value("a file")?.into()),
                "--seed" => sorted.seed = Some(number(&value("a number")?, "seed")?),
                other if other.starts_with('-') => {
                    return Err(format!("there is no option `{other}`"));
                }
                _ if sorted.world.is_some() => {
                    return Err(format!("one world at a time: `{word}` is one too many"));
                }
                _ => sorted.world = Some(word),
            }
        }
        Ok(sorted)
    }

    /// Says what the words ask for.
    fn command(self) -> Result<Command, String> {
        if self.help {
            return Ok(Command::Help);
        }
        let refuse = |given: bool, option: &str, mode: &str| match given {
            true => Err(format!("{option} has no meaning {mode}")),
            false => Ok(()),
        };
        if let Some(listen) = self.over_network {
            let mode = "with --recursive-over-network";
            refuse(self.world.is_some(), "a world", mode)?;
            refuse(self.authoritative, "--authoritative", mode)?;
            refuse(self.addresses, "--addresses", mode)?;
            refuse(self.resolver.is_some(), "--resolver", mode)?;
            refuse(self.listen.is_some(), "--listen", mode)?;
            refuse(self.port.is_some(), "--port", mode)?;
            refuse(self.log, "--log", mode)?;
            let hints = self.hints.ok_or_else(|| {
                "--recursive-over-network needs --hints FILE: where the root's servers are"
                    .to_owned()
            })?;
            return Ok(Command::OverNetwork { listen, hints });
        }
        let mode = "without --recursive-over-network";
        refuse(self.hints.is_some(), "--hints", mode)?;
        let Some(world) = self.world else {
            return Err("name a world, such as small_internet".to_owned());
        };
        if self.addresses {
            return Ok(Command::Addresses { world });
        }
        if self.authoritative {
            let mode = "with --authoritative";
            refuse(self.resolver.is_some(), "--resolver", mode)?;
            refuse(self.listen.is_some(), "--listen", mode)?;
            refuse(self.log, "--log", mode)?;
            let port = self.port.unwrap_or(DEFAULT_PORT);
            return Ok(Command::Authoritative { world, port });
        }
        refuse(self.port.is_some(), "--port", "without --authoritative")?;
        let listen = self.listen.unwrap_or_else(|| DEFAULT_LISTEN.into());
        Ok(Command::Simulated {
            world,
            resolver: self.resolver,
            listen,
        })
    }
}

/// Reads an address and a port.
fn socket_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("`{text}` is not an address and a port, such as 127.0.0.1:5300 or [::1]:5300")
    })
}

/// Reads a number.
fn number<N: std::str::FromStr>(text: &str, what: &str) -> Result<N, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no {what}: write a number"))
}
