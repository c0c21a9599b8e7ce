//! A network of a test's own: a Linux network namespace in which this program runs itself
//! again, with only a loopback interface that may have any address.

use std::io::Write as _;
use std::net::IpAddr;
use std::process::{Command, Stdio};

use crate::process::is_installed;

/// The word before the name of the test to run inside.
pub(crate) const INSIDE: &str = "--inside-namespace";

/// Ways to get a network of one's own, the simplest first: as root, as anybody where user
/// namespaces are allowed, and with a `sudo` that asks nothing.
const WAYS: [&[&str]; 3] = [
    &["unshare", "--net"],
    &["unshare", "--user", "--map-root-user", "--net"],
    &["sudo", "--non-interactive", "unshare", "--net"],
];

/// Runs the test `name` in a namespace: how it went, with what was said if it failed.
///
/// # Errors
/// Why there can be no namespace here.
pub(crate) fn enter(name: &str) -> Result<Result<(), String>, String> {
    for program in ["unshare", "ip"] {
        if !is_installed(program) {
            return Err(format!("the program `{program}` is not installed"));
        }
    }
    let mut refusals = Vec::new();
    let own_path = std::env::current_exe().map_err(|error| error.to_string())?;
    for way in WAYS {
        let command = || {
            let mut command = Command::new(way[0]);
            command.args(&way[1..]).stdin(Stdio::null());
            command
        };
        // The trial also shows whether the interface may be configured.
        let trial = command().args(["ip", "link", "set", "lo", "up"]).output();
        match trial {
            Ok(output) if output.status.success() => {
                let output = command().arg(&own_path).args([INSIDE, name]).output();
                let output = output.map_err(|error| error.to_string())?;
                if output.status.success() {
                    return Ok(Ok(()));
                }
                let said = [output.stdout, output.stderr].concat();
                return Ok(Err(String::from_utf8_lossy(&said).into_owned()));
            }
            Ok(output) => refusals.push(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => refusals.push(format!("{}: {error}", way[0])),
        }
    }
    Err(format!(
        "a network namespace is not permitted here ({})",
        refusals.join("; ")
    ))
}

/// Gives the loopback interface of this namespace more addresses.
pub(crate) fn add_addresses(addresses: impl IntoIterator<Item = IpAddr>) {
    let mut commands = "link set lo up\n".to_owned();
    for address in addresses {
        // Nobody else is there, so IPv6 need not look for others with the address first.
        let rest = if address.is_ipv4() {
            "/32 dev lo"
        } else {
            "/128 dev lo nodad"
        };
        commands.push_str(&format!("address add {address}{rest}\n"));
    }
    let mut ip = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("ip starts");
    let mut input = ip.stdin.take().expect("its input is ours");
    input
        .write_all(commands.as_bytes())
        .expect("it reads its commands");
    drop(input);
    assert!(
        ip.wait().expect("it ends").success(),
        "ip refused an address"
    );
}
