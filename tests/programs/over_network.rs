//! The lab's resolver over the network, with the lab's own servers behind it.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use dns_lab::dns::{Rcode, Section};
use dns_lab::scenario::parse_question;

use crate::process::Running;
use crate::serve::{self, folder, hints, listening, start_authoritative, world};
use crate::{namespace, wire};

/// Text records of one name: together far longer than any UDP answer.
const LONG_RECORDS: usize = 20;

/// Starts our resolver over the network.
fn start_resolver(folder: &Path, hints: &str, seed: u8) -> (Running, SocketAddr) {
    let file = folder.join("root.hints");
    std::fs::write(&file, hints).expect("the folder is ours");
    let path = file.to_str().expect("a path in plain letters");
    let seed = seed.to_string();
    let words = [
        "--recursive-over-network",
        "127.0.0.1:0",
        "--hints",
        path,
        "--seed",
        &seed,
    ];
    let mut serve = serve::start(&words);
    let address = listening(&mut serve);
    (serve, address)
}

/// A copy of the world with a name whose TXT records do not fit into a datagram.
fn world_with_a_long_answer(folder: &Path) -> PathBuf {
    let copy = folder.join("world");
    let zones = copy.join("zones");
    std::fs::create_dir_all(&zones).expect("the folder is ours");
    let original = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("lessons/worlds")
        .join(serve::WORLD);
    let read = |path: &Path| std::fs::read_to_string(path).expect("the world is there");
    let write = |path: PathBuf, text: String| std::fs::write(path, text).expect("it is ours");
    write(copy.join("world.toml"), read(&original.join("world.toml")));
    for entry in std::fs::read_dir(original.join("zones")).expect("the world is there") {
        let path = entry.expect("readable").path();
        let mut text = read(&path);
        if path.ends_with("example.com.zone") {
            for number in 0..LONG_RECORDS {
                text.push_str(&format!("long IN TXT \"{number} {}\"\n", "x".repeat(200)));
            }
        }
        write(zones.join(path.file_name().expect("a file")), text);
    }
    copy
}

pub(crate) fn a_long_answer_reaches_our_resolver_over_tcp() {
    let folder = folder("long-answer");
    let path = world_with_a_long_answer(&folder);
    let addresses = serve::servers(&world().build(0));
    namespace::add_addresses(addresses.into_iter().flat_map(|(_, addresses)| addresses));
    let path = path.to_str().expect("a path in plain letters");
    let mut servers = serve::start(&[path, "--authoritative"]);
    servers.wait_for("answer on");
    let (_resolver, address) = start_resolver(&folder, &hints(), 1);
    let question = parse_question("long.example.com TXT").expect("a valid question");
    let response = wire::ask(address, &question);
    assert_eq!(response.rcode, Rcode::NOERROR);
    assert_eq!(response.record_count(Section::Answer), LONG_RECORDS);
}

pub(crate) fn a_silent_and_an_absent_server_do_not_hold_our_resolver_up() {
    // At the first address somebody is mute; at the second nobody listens.
    let hints = ". 518400 NS x.dead.test.\nx.dead.test. 518400 A 192.0.2.222\n\
                 . 518400 NS y.dead.test.\ny.dead.test. 518400 A 127.0.0.77\n\
                 . 518400 NS a.root-servers.net.\na.root-servers.net. 518400 A 198.41.0.4\n";
    let _servers = start_authoritative();
    let silent: IpAddr = "192.0.2.222".parse().expect("an address");
    namespace::add_addresses([silent]);
    let _mute = std::net::UdpSocket::bind(SocketAddr::new(silent, 53)).expect("a socket");
    let folder = folder("dead-servers");
    // Which server is asked first is chance, so several seeds.
    for seed in 1..=4 {
        let (_resolver, address) = start_resolver(&folder, hints, seed);
        for text in ["www.example.com A", "www.example.co.uk A"] {
            let question = parse_question(text).expect("a valid question");
            let response = wire::ask(address, &question);
            assert_eq!(response.rcode, Rcode::NOERROR, "{text}");
            assert!(!response.answer.is_empty(), "{text}");
        }
    }
}
