//! Makes the fingerprint of the packed form: what writes data files and what reads them is built
//! from the same sources, and neither takes the files of the other if it is not. It also has the
//! page linked so that it can be cut into parts.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders whose types stand in data files, or give what stands there its meaning.
const SOURCES: [&str; 4] = ["src/dns", "src/engine", "src/lesson", "src/scenario"];

fn main() -> Result<(), Box<dyn Error>> {
    split();
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    for folder in SOURCES {
        println!("cargo::rerun-if-changed={folder}");
        collect(Path::new(folder), &mut files)?;
    }
    // By names that are the same on every system, and in their order.
    files.sort();
    let mut sum = Sum(0xcbf2_9ce4_8422_2325);
    for (name, path) in files {
        sum.add(name.as_bytes());
        let text = fs::read(path)?;
        // Lines end as the system of whoever fetched the sources has it.
        let text: Vec<u8> = text.into_iter().filter(|octet| *octet != b'\r').collect();
        sum.add(&text);
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("format.rs"), format!("{:#x}_u64", sum.0))?;
    Ok(())
}

/// Has the page linked so that `cargo xtask build` can cut it into parts, if that asks for it.
/// Flags for the whole build would have every dependency built a second time.
fn split() {
    println!("cargo::rustc-check-cfg=cfg(split)");
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    println!("cargo::rerun-if-env-changed=DNS_LAB_SPLIT");
    if env::var_os("DNS_LAB_SPLIT").is_some() {
        println!("cargo::rustc-cfg=split");
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

/// Finds all files below a folder, by their path with slashes.
fn collect(folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            files.push((parts.join("/"), path));
        }
    }
    Ok(())
}

/// A sum over octets (FNV-1a, 64 bits).
struct Sum(u64);

impl Sum {
    /// Adds octets, and how many there are.
    fn add(&mut self, octets: &[u8]) {
        for octet in octets.iter().chain(&(octets.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
