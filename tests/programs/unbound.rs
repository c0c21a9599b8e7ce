//! Unbound over the lab's authoritative servers.

use std::process::Command;

use crate::process::{self, Running};
use crate::serve::{folder, hints, start_authoritative, world};
use crate::survey;

/// Where Unbound listens.
const PORT: u16 = 5353;

pub(crate) fn unbound_gets_from_our_servers_what_our_resolver_gets() {
    let _serve = start_authoritative();
    let folder = folder("unbound");
    let write = |name: &str, text: String| {
        let file = folder.join(name);
        std::fs::write(&file, text).expect("the folder is ours");
        file.display().to_string()
    };
    let hints = write("root.hints", hints());
    // Nothing here is signed, so there is no validator. The world's addresses are documentation
    // space, whose reverse trees Unbound answers by itself unless told otherwise.
    let settings = format!(
        "server:\n\
         \x20 interface: 127.0.0.1@{PORT}\n\
         \x20 root-hints: \"{hints}\"\n\
         \x20 module-config: \"iterator\"\n\
         \x20 unblock-lan-zones: yes\n\
         \x20 do-daemonize: no\n\
         \x20 use-syslog: no\n\
         \x20 logfile: \"\"\n\
         \x20 verbosity: 1\n\
         \x20 username: \"\"\n\
         \x20 chroot: \"\"\n\
         \x20 directory: \"{}\"\n\
         \x20 pidfile: \"\"\n\
         \x20 num-threads: 1\n\
         remote-control:\n\
         \x20 control-enable: no\n",
        folder.display()
    );
    let settings = write("unbound.conf", settings);
    let program = process::find("unbound").expect("it is installed");
    let mut unbound = Running::start(Command::new(program).args(["-d", "-c", &settings]));
    unbound.wait_for("start of service");
    let asked = survey::compare(([127, 0, 0, 1], PORT).into(), &world());
    assert!(asked > 100, "{asked} questions are too few to tell");
}
