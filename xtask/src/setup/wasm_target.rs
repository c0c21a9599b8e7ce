//! The standard library for `wasm32-unknown-unknown`.
//!
//! Normally rustup downloads it. Where it cannot, it is built from the source of exactly this
//! compiler's version, which Debian packages as `rust-src`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::debian;
use crate::env::{Env, is_installed};
use crate::process::{CommandExt, step};

const TARGET: &str = "wasm32-unknown-unknown";

pub(super) fn ensure(env: &Env) -> Result<()> {
    let libraries = env.sysroot.join("lib/rustlib").join(TARGET).join("lib");
    if has_std(&libraries) {
        return Ok(());
    }
    let by_rustup = is_installed("rustup")
        && step(&format!("Adding the target {TARGET} with rustup"), || {
            Command::new("rustup").args(["target", "add", TARGET]).run()
        })
        .is_ok();
    if by_rustup && has_std(&libraries) {
        return Ok(());
    }
    println!("  rustup cannot add it, so it is built from source");
    from_source(env, &libraries).with_context(|| {
        format!(
            "the standard library for {TARGET} is missing; by hand: `rustup target add {TARGET}`, \
             or install your distribution's package of it (such as libstd-rust-dev-wasm32)"
        )
    })?;
    ensure!(
        has_std(&libraries),
        "{} has no standard library",
        libraries.display()
    );
    Ok(())
}

fn has_std(libraries: &Path) -> bool {
    rlibs_in(libraries).is_ok_and(|files| {
        files.iter().any(|file| {
            file.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
        })
    })
}

fn from_source(env: &Env, libraries: &Path) -> Result<()> {
    let scratch = Scratch::new("dns-lab-wasm-target")?;
    let source = env.sysroot.join("lib/rustlib/src/rust/library");
    if !source.join("std/Cargo.toml").is_file() {
        step(
            &format!(
                "Fetching the standard library's source, version {}",
                env.rustc_version
            ),
            || fetch_source(env, &source, &scratch.0),
        )?;
    }
    step(
        &format!("Building the standard library for {TARGET}"),
        || build(&scratch.0.join("empty"), libraries),
    )
}

fn fetch_source(env: &Env, source: &Path, scratch: &Path) -> Result<()> {
    let unpacked = debian::unpack("rust-src", &env.rustc_version, scratch)?;
    let library = unpacked.join(format!("usr/src/rustc-{}/library", env.rustc_version));
    ensure!(
        library.is_dir(),
        "the package rust-src has no {}",
        library.display()
    );
    let parent = source.parent().context("the sysroot is a root folder")?;
    fs::create_dir_all(parent)?;
    // Copied beside, then renamed: what is there is always whole.
    let partial = parent.join(format!("library.partial-{}", std::process::id()));
    Command::new("cp")
        .arg("-r")
        .arg(&library)
        .arg(&partial)
        .run()?;
    fs::rename(&partial, source).with_context(|| format!("cannot write {}", source.display()))
}

/// Builds an empty crate together with the standard library, and keeps the latter.
fn build(package: &Path, libraries: &Path) -> Result<()> {
    fs::create_dir_all(package.join("src"))?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    fs::write(package.join("Cargo.toml"), manifest)?;
    fs::write(package.join("src/lib.rs"), "")?;
    let target_dir = package.join("target");
    Command::new("cargo")
        .clean()
        .args([
            "build",
            "--quiet",
            "--release",
            "-Z",
            "build-std=std,panic_abort,panic_unwind",
        ])
        .args(["--target", TARGET])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", &target_dir)
        // The only way to build this compiler's own library without another compiler.
        .env("RUSTC_BOOTSTRAP", "1")
        // Link-time optimisation of the page needs the library's bitcode.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .run()?;
    fs::create_dir_all(libraries)?;
    let built = target_dir.join(TARGET).join("release/deps");
    // `libstd` last: it marks the whole as there.
    let mut files = rlibs_in(&built)?;
    files.sort_by_key(|file| {
        file.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("libstd-"))
    });
    for file in files {
        let name = file.file_name().context("a file without a name")?;
        if !name.to_string_lossy().starts_with("libempty-") {
            fs::copy(&file, libraries.join(name))
                .with_context(|| format!("cannot write into {}", libraries.display()))?;
        }
    }
    Ok(())
}

fn rlibs_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    Ok(entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| {
            file.extension()
                .is_some_and(|extension| extension == "rlib")
        })
        .collect())
}

/// A folder that is gone when the work is done.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left behind in the temporary folder harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}
