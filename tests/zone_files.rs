//! The zone files are ordinary ones: the checker of a production server accepts each.

use std::path::Path;
use std::process::Command;

use dns_lab::scenario::{world_ids, world_source};

/// `named-checkzone` of BIND 9, where it is installed.
fn checker() -> Option<&'static str> {
    [
        "named-checkzone",
        "/usr/bin/named-checkzone",
        "/usr/sbin/named-checkzone",
    ]
    .into_iter()
    .find(|program| Command::new(program).arg("-h").output().is_ok())
}

#[test]
fn named_checkzone_accepts_every_zone_file() {
    let Some(checker) = checker() else {
        eprintln!("named-checkzone is not installed; the files are read by our own parser only");
        return;
    };
    for world in &world_ids() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("lessons/worlds")
            .join(world);
        let source = world_source(world).expect("the shipped world is sound");
        for zone in source.zones() {
            let origin = zone.origin();
            let file = if origin.is_root() {
                "root.zone".to_owned()
            } else {
                format!("{}.zone", origin.without_dot())
            };
            let output = Command::new(checker)
                .args(["-i", "local", "-k", "fail", "-n", "fail", "-m", "fail"])
                .arg(origin.to_string())
                .arg(folder.join("zones").join(&file))
                .output()
                .expect("the checker runs");
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success(), "{file}: {said}");
        }
    }
}

#[test]
fn zones_written_by_the_lab_are_accepted_too() {
    let Some(checker) = checker() else { return };
    let source = world_source("small_internet").expect("the shipped world is sound");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for zone in source.zones() {
        let path = folder.join("written.zone");
        std::fs::write(&path, zone.to_text()).expect("the target folder is ours");
        let output = Command::new(checker)
            .args(["-i", "none"])
            .arg(zone.origin().to_string())
            .arg(&path)
            .output()
            .expect("the checker runs");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}: {said}", zone.origin());
    }
}
