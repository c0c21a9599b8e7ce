//! Serving and building the site, and what a first visit downloads.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{Parser, Payload, Validator};

use crate::data::{CROWDS, LESSONS, SHELL, WORLDS};
use crate::env::Env;
use crate::parts::{self, PARTS};
use crate::process::CommandExt;
use crate::seal::{self, HEADERS, WORKER};

/// What a first visit should download at most, in bytes, compressed.
const BUDGET: usize = 450_000;

/// What it must not exceed until the budget is met: today's size and a little room. Lower it with
/// every saving, so that the size only ever shrinks.
const CEILING: usize = 955_000;

/// Serves the page with live reload until it is interrupted.
pub(crate) fn serve(env: &Env, args: &[String]) -> Result<()> {
    trunk(env).arg("serve").args(args).run()
}

/// Builds the site in `dist/`.
pub(crate) fn build(env: &Env) -> Result<()> {
    let mut trunk = trunk(env);
    parts::ask_for(env, &mut trunk)?;
    trunk.args(["build", "--release"]).run()?;
    seal::seal(env, &env.dist())?;
    println!("The site is in {}", env.dist().display());
    Ok(())
}

/// Prints the table of sizes.
pub(crate) fn print_sizes(env: &Env) -> Result<()> {
    let sizes = Sizes::measure(&env.dist())?;
    sizes.print();
    Ok(())
}

/// Prints the table of sizes, and fails above the ceiling or on a module that no browser can load.
pub(crate) fn check(env: &Env) -> Result<()> {
    let sizes = Sizes::measure(&env.dist())?;
    sizes.print();
    for (name, text) in files_below(&env.dist())? {
        if name.ends_with(".wasm") {
            check_module(&text).with_context(|| format!("{name} cannot run in a browser"))?;
        }
    }
    ensure!(
        sizes.largest(WORLDS) > 0 && sizes.largest(LESSONS) > 0,
        "the site has no worlds or no lessons; `cargo xtask data` writes them"
    );
    // The largest first visit of all.
    let total = sizes.lesson();
    if total > BUDGET {
        let over = kilobytes(total - BUDGET);
        println!(
            "The largest first visit is {over} over its budget; the ceiling is {}.",
            kilobytes(CEILING)
        );
    }
    ensure!(
        total <= CEILING,
        "the largest first visit is {} above the ceiling",
        kilobytes(total.saturating_sub(CEILING))
    );
    Ok(())
}

fn trunk(env: &Env) -> std::process::Command {
    let mut command = env.tool("trunk");
    // Tools are set up here, at versions we know; Trunk need not look for newer ones of itself.
    command.arg("--skip-version-check");
    // Trunk takes `NO_COLOR=1`, which many tools set, for a mistake.
    command.env_remove("NO_COLOR");
    command
}

/// A module has to be valid. One that imports from `env` was linked against a C library which is not
/// there.
fn check_module(module: &[u8]) -> Result<()> {
    Validator::new().validate_all(module)?;
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ImportSection(imports) = payload? else {
            continue;
        };
        for import in imports.into_imports() {
            let import = import?;
            if import.module == "env" {
                bail!("it imports `{}` from `env`", import.name);
            }
        }
    }
    Ok(())
}

/// A file of the site.
struct File {
    /// Its path below the site's folder.
    name: String,
    /// Its size in bytes.
    plain: usize,
    /// Its size in bytes as a browser downloads it.
    compressed: usize,
}

/// What first visits download.
struct Sizes {
    /// What every page needs; the home page needs no more.
    program: Vec<File>,
    /// The worlds and lessons, of which a page needs one each.
    data: Vec<File>,
    /// What no first visit downloads.
    others: Vec<String>,
}

impl Sizes {
    fn measure(dist: &Path) -> Result<Self> {
        let files = files_below(dist)?;
        ensure!(
            files.contains_key("index.html"),
            "there is no site in {}; `cargo xtask build` makes it",
            dist.display()
        );
        let fetched = first_load(&files);
        let (mut program, mut data, mut others) = (Vec::new(), Vec::new(), Vec::new());
        for (name, bytes) in files {
            let group = if is_data(&name) {
                &mut data
            } else if fetched.contains(&name) {
                &mut program
            } else {
                others.push(name);
                continue;
            };
            group.push(File {
                plain: bytes.len(),
                compressed: brotli_size(&bytes)?,
                name,
            });
        }
        program.sort_by_key(|file| Reverse(file.compressed));
        data.sort_by_key(|file| Reverse(file.compressed));
        Ok(Self {
            program,
            data,
            others,
        })
    }

    /// What the home page downloads on a first visit, compressed.
    fn home(&self) -> usize {
        self.program.iter().map(|file| file.compressed).sum()
    }

    /// What the free lab downloads on a first visit, compressed: it needs a world.
    fn lab(&self) -> usize {
        self.home() + self.largest(WORLDS)
    }

    /// What a lesson downloads on a first visit at most, compressed.
    fn lesson(&self) -> usize {
        self.lab() + self.largest(LESSONS)
    }

    /// The largest file of a folder, compressed; 0 if there is none.
    fn largest(&self, folder: &str) -> usize {
        let files = self
            .data
            .iter()
            .filter(|file| file.name.starts_with(folder));
        files.map(|file| file.compressed).max().unwrap_or(0)
    }

    fn print(&self) {
        println!("\n{:>10}  {:>10}  file", "plain", "brotli");
        for file in self.program.iter().chain(&self.data) {
            println!(
                "{:>10}  {:>10}  {}",
                kilobytes(file.plain),
                kilobytes(file.compressed),
                file.name
            );
        }
        println!("\n{:>10}  first visit", "brotli");
        let visits = [
            ("home", self.home()),
            ("free lab, with its world", self.lab()),
            ("lesson, the largest with its world", self.lesson()),
        ];
        for (page, size) in visits {
            println!(
                "{:>10}  {page}: {} % of the budget of {}",
                kilobytes(size),
                size * 100 / BUDGET,
                kilobytes(BUDGET)
            );
        }
        if !self.others.is_empty() {
            println!("In no first visit: {}", self.others.join(", "));
        }
    }
}

/// Whether a file is a lesson or a world, which are fetched one by one.
fn is_data(name: &str) -> bool {
    [LESSONS, WORLDS, CROWDS]
        .iter()
        .any(|folder| name.starts_with(folder))
}

/// The page, and every file whose name stands in a fetched file that is text, but no data.
fn first_load(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut fetched = vec!["index.html".to_owned()];
    let mut next = 0;
    while let Some(from) = fetched.get(next) {
        if [".html", ".css", ".js", ".webmanifest"]
            .iter()
            .any(|end| from.ends_with(end))
        {
            let text = String::from_utf8_lossy(&files[from]).into_owned();
            let is_first =
                |name: &&String| !is_data(name) && !name.starts_with(PARTS) && !is_for_later(name);
            for name in files.keys().filter(is_first) {
                let short = name.rsplit('/').next().unwrap_or(name);
                if text.contains(short) && !fetched.contains(name) {
                    fetched.push(name.clone());
                }
            }
        }
        next += 1;
    }
    fetched
}

/// Whether a file is fetched long after a visit has begun, or by no visit at all, though it is named by others.
fn is_for_later(name: &str) -> bool {
    name == WORKER || name == HEADERS || name.starts_with(SHELL)
}

pub(crate) fn files_below(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        let entries = fs::read_dir(&current)
            .with_context(|| format!("cannot list {}; `cargo xtask build`?", current.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let parts: Vec<_> = path.strip_prefix(folder)?.iter().collect();
                let name = parts.join("/".as_ref()).to_string_lossy().into_owned();
                files.insert(name, fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut Cursor::new(bytes), &mut compressed, &params)?;
    Ok(compressed.len())
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_follows_names_from_file_to_file() {
        let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
        let files = BTreeMap::from([
            file("index.html", "<script src=./app.js> worlds/small.json"),
            file("worlds/small.json", ""),
            file("app.js", "fetch('app_bg.wasm')"),
            file("app_bg.wasm", "later.json"),
            file("later.json", ""),
        ]);
        assert_eq!(first_load(&files), ["index.html", "app.js", "app_bg.wasm"]);
    }

    #[test]
    fn an_import_from_env_is_refused() {
        let module = |from: &[u8]| {
            let mut bytes = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0".to_vec();
            let entry = [&[from.len() as u8], from, b"\x01f\0\0"].concat();
            bytes.extend([2, entry.len() as u8 + 1, 1]);
            bytes.extend(entry);
            bytes
        };
        assert!(check_module(&module(b"./page.js")).is_ok());
        assert!(check_module(&module(b"env")).is_err());
    }
}
