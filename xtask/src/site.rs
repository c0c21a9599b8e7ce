//! Serving and building the site, and what a first visit downloads.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{Parser, Payload};

use crate::env::Env;
use crate::process::CommandExt;

/// What a first visit should download at most, in bytes, compressed.
const BUDGET: usize = 450_000;

/// What it must not exceed until the budget is met: today's size and a little room. Lower it with
/// every saving, so that the size only ever shrinks.
const CEILING: usize = 640_000;

/// Serves the page with live reload until it is interrupted.
pub(crate) fn serve(env: &Env, args: &[String]) -> Result<()> {
    trunk(env).arg("serve").args(args).run()
}

/// Builds the site in `dist/`.
pub(crate) fn build(env: &Env) -> Result<()> {
    trunk(env).args(["build", "--release"]).run()?;
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
            check_imports(&text).with_context(|| format!("{name} cannot run in a browser"))?;
        }
    }
    let total = sizes.total();
    if total > BUDGET {
        let over = kilobytes(total - BUDGET);
        println!(
            "The first load is {over} over its budget; the ceiling is {}.",
            kilobytes(CEILING)
        );
    }
    ensure!(
        total <= CEILING,
        "the first load is {} above the ceiling",
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

/// A module that imports from `env` was linked against a C library which is not there.
fn check_imports(module: &[u8]) -> Result<()> {
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

/// The size of each file, by its path below the site's folder.
struct Sizes {
    first_load: Vec<(String, usize, usize)>,
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
        let mut first_load = Vec::new();
        for name in &fetched {
            let bytes = &files[name];
            first_load.push((name.clone(), bytes.len(), brotli_size(bytes)?));
        }
        first_load.sort_by_key(|(_, _, compressed)| std::cmp::Reverse(*compressed));
        let others = files
            .into_keys()
            .filter(|name| !fetched.contains(name))
            .collect();
        Ok(Self { first_load, others })
    }

    fn total(&self) -> usize {
        self.first_load
            .iter()
            .map(|(_, _, compressed)| compressed)
            .sum()
    }

    fn print(&self) {
        let plain_total = self.first_load.iter().map(|(_, plain, _)| plain).sum();
        println!(
            "\n{:>10}  {:>10}  file of the first load",
            "plain", "brotli"
        );
        for (name, plain, compressed) in &self.first_load {
            println!(
                "{:>10}  {:>10}  {name}",
                kilobytes(*plain),
                kilobytes(*compressed)
            );
        }
        let total = self.total();
        println!(
            "{:>10}  {:>10}  in all, {} % of the budget of {}",
            kilobytes(plain_total),
            kilobytes(total),
            total * 100 / BUDGET,
            kilobytes(BUDGET)
        );
        if !self.others.is_empty() {
            println!("Not in the first load: {}", self.others.join(", "));
        }
    }
}

/// The page, and every file whose name stands in a fetched file that is text.
fn first_load(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut fetched = vec!["index.html".to_owned()];
    let mut next = 0;
    while let Some(from) = fetched.get(next) {
        if [".html", ".css", ".js", ".webmanifest"]
            .iter()
            .any(|end| from.ends_with(end))
        {
            let text = String::from_utf8_lossy(&files[from]).into_owned();
            for name in files.keys() {
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

fn files_below(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
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
            file("index.html", "<script src=./app.js>"),
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
        assert!(check_imports(&module(b"./page.js")).is_ok());
        assert!(check_imports(&module(b"env")).is_err());
    }
}
