//! The example `serve`, started as a person would.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dns_lab::dns::{Question, Rcode};
use dns_lab::engine::{Node, World};
use dns_lab::scenario::{WorldSource, parse_question, world_source};

use crate::namespace;
use crate::process::Running;
use crate::wire::{self, Said};

/// The world all tests use.
pub(crate) const WORLD: &str = "small_internet";

/// The program, built the way this test was. It is built when first asked for, which must be
/// outside of a namespace.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let own = std::env::current_exe().expect("this program has a path");
        // .../PROFILE/deps/programs-0123 and .../PROFILE/examples/serve
        let profile = own.ancestors().nth(2).expect("the target folder");
        let program = profile.join("examples/serve");
        if !std::env::args().any(|word| word == namespace::INSIDE) {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
            cargo.args(["build", "--quiet", "--example", "serve"]);
            if profile.ends_with("release") {
                cargo.arg("--release");
            }
            assert!(cargo.status().expect("cargo starts").success());
        }
        program
    })
}

/// Starts the program with some words.
pub(crate) fn start(words: &[&str]) -> Running {
    Running::start(Command::new(program()).args(words))
}

/// Starts it as the resolver of the world, on a free port.
pub(crate) fn start_resolver() -> (Running, SocketAddr) {
    let mut serve = start(&[WORLD, "--listen", "127.0.0.1:0"]);
    let address = listening(&mut serve);
    (serve, address)
}

/// Starts it as the authoritative servers of the world, in a namespace.
pub(crate) fn start_authoritative() -> Running {
    namespace::add_addresses(servers(&world().build(0)).into_iter().flat_map(|(_, a)| a));
    let mut serve = start(&[WORLD, "--authoritative"]);
    serve.wait_for("answer on");
    serve
}

/// Waits until it listens, and reads where.
pub(crate) fn listening(serve: &mut Running) -> SocketAddr {
    let line = serve.wait_for("answers on");
    let (_, rest) = line.split_once("answers on ").expect("just seen");
    let address = rest.split(',').next().unwrap_or_default();
    address.parse().expect("an address")
}

/// The world's files.
pub(crate) fn world() -> WorldSource {
    world_source(WORLD).expect("the shipped world is sound")
}

/// The authoritative servers with their addresses.
pub(crate) fn servers(world: &World) -> Vec<(String, Vec<IpAddr>)> {
    let nodes = world
        .node_ids()
        .filter(|node| matches!(world.node(*node), Node::Authoritative(_)));
    nodes
        .map(|node| world.spec(node))
        .map(|spec| (spec.id.clone(), spec.addresses.clone()))
        .collect()
}

/// The root's servers, as a hints file.
pub(crate) fn hints() -> String {
    let mut text = String::new();
    for (id, addresses) in servers(&world().build(0)) {
        if !id.ends_with("root-servers.net") {
            continue;
        }
        text.push_str(&format!(". 518400 NS {id}.\n"));
        for address in addresses {
            let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
            text.push_str(&format!("{id}. 518400 {rtype} {address}\n"));
        }
    }
    text
}

/// A folder for the files of one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // What an earlier run left, if any.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the target folder is ours");
    folder
}

fn question(text: &str) -> Question {
    parse_question(text).expect("a valid question")
}

/// What it says when it cannot start.
fn refusal(words: &[&str]) -> String {
    let (status, said) = start(words).wait();
    assert!(!status.success(), "{said}");
    said
}

pub(crate) fn an_address_in_use_is_named() {
    let (_serve, address) = start_resolver();
    let address = address.to_string();
    let said = refusal(&[WORLD, "--listen", &address]);
    assert!(
        said.contains(&address) && said.contains("another program"),
        "{said}"
    );
}

pub(crate) fn an_address_the_machine_does_not_have_is_named() {
    // The first address of the documentation block that nobody may have.
    let said = refusal(&[WORLD, "--listen", "192.0.2.0:5300"]);
    assert!(
        said.contains("192.0.2.0") && said.contains("does not have"),
        "{said}"
    );
}

pub(crate) fn an_unknown_world_or_resolver_is_named_with_those_there_are() {
    let said = refusal(&["atlantis"]);
    assert!(said.contains("atlantis") && said.contains(WORLD), "{said}");
    let said = refusal(&[WORLD, "--resolver", "resolver-atlantis"]);
    assert!(said.contains("resolver-frankfurt"), "{said}");
}

pub(crate) fn a_bad_line_of_the_hints_file_is_named() {
    let file = folder("hints").join("bad.zone");
    let text = ". 3600 NS a.root.\na.root. 3600 A 192.0.2.999\n";
    std::fs::write(&file, text).expect("the folder is ours");
    let path = file.to_str().expect("a path in plain letters");
    let said = refusal(&["--recursive-over-network", "127.0.0.1:0", "--hints", path]);
    assert!(said.contains("bad.zone: line 2"), "{said}");
}

pub(crate) fn a_world_of_ones_own_is_served() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("lessons/worlds")
        .join(WORLD);
    let path = folder.to_str().expect("a path in plain letters");
    let words = [
        path,
        "--listen",
        "127.0.0.1:0",
        "--resolver",
        "resolver-ashburn",
    ];
    let mut serve = start(&words);
    let address = listening(&mut serve);
    let response = wire::ask(address, &question("www.example.com A"));
    assert_eq!(response.rcode, Rcode::NOERROR);
}

pub(crate) fn it_stops_cleanly_when_told_to() {
    for signal in ["INT", "TERM"] {
        let (serve, address) = start_resolver();
        wire::ask(address, &question("www.example.com A"));
        let kill = format!("kill -s {signal} {}", serve.id());
        let told = Command::new("sh").args(["-c", &kill]).status();
        assert!(told.expect("sh starts").success());
        let (status, said) = serve.wait();
        assert!(status.success(), "{signal}: {said}");
        assert!(said.contains("Queries answered: 1."), "{signal}: {said}");
    }
}

pub(crate) fn noise_does_not_keep_it_from_answering() {
    let (_serve, address) = start_resolver();
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let mut noise: u32 = 1;
    for length in 0..600 {
        let octets: Vec<u8> = (0..length)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (noise >> 24) as u8
            })
            .collect();
        socket.send_to(&octets, address).expect("loopback takes it");
    }
    // More connections than it keeps: silent ones, broken ones, and half a message.
    let mut connections = Vec::new();
    for number in 0..300 {
        let mut stream = TcpStream::connect(address).expect("it accepts connections");
        // It closes what is too much, so this may fail.
        let _ = match number % 3 {
            0 => Ok(()),
            1 => stream.write_all(&[0, 3, 1, 2, 3, 0, 0]),
            _ => stream.write_all(&[1, 0, 7, 7]),
        };
        connections.push(stream);
    }
    let said = Said::of(&wire::ask(address, &question("www.example.com A")));
    assert_eq!(said.records.len(), 1);
    drop(connections);
    let said = Said::of(&wire::ask_tcp(address, &question("www.example.com AAAA")));
    assert_eq!(said.records.len(), 1);
}
