//! `cargo xtask size`: what first visits download, against their budgets.
//!
//! A visit is the page with what it names, the main part of the program, the parts of the route
//! and its data. Of each kind of route the largest is judged. Sizes are those of brotli at its
//! best, in kB of 1000 bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{Parser, Payload, Validator};

use crate::data::{CROWDS, LESSONS, PRACTICE, SHELL, WORLDS};
use crate::parts::PARTS;
use crate::seal::{HEADERS, WORKER};
use crate::table::{self, Table};

/// What first visits may download at most, in bytes, by the kind of route. Home and lab are held to
/// what they should come to. The others are held to what is met, and a little room for the paths of
/// other machines; they should come to 600 kB for a lesson, 740 with a crowd and 570 for a problem.
/// Lower them with every saving.
const BUDGETS: [(Kind, usize); 5] = [
    (Kind::Home, 200_000),
    (Kind::Lesson, 694_000),
    (Kind::Crowd, 924_500),
    (Kind::Lab, 640_000),
    (Kind::Problem, 617_000),
];

/// A kind of first visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Home,
    Lesson,
    Crowd,
    Lab,
    Problem,
}

impl Kind {
    /// What the table calls it.
    fn words(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Lesson => "lesson without a crowd",
            Self::Crowd => "lesson with a crowd",
            Self::Lab => "free lab",
            Self::Problem => "practice problem",
        }
    }

    /// How the page's table of parts calls it.
    fn parts(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Lesson => "lesson/",
            Self::Crowd => "crowd",
            Self::Lab => "lab",
            Self::Problem => "practice/",
        }
    }

    /// The kind of a route with these data files; `None` for a route without a budget of its own.
    fn of(route: &str, data: &str) -> Option<Self> {
        match route.split_once('/').unwrap_or((route, "")) {
            ("home", _) => Some(Self::Home),
            ("lesson", _) if data.contains(CROWDS) => Some(Self::Crowd),
            ("lesson", _) => Some(Self::Lesson),
            ("lab", "") => Some(Self::Lab),
            ("practice", id) if !id.is_empty() => Some(Self::Problem),
            _ => None,
        }
    }
}

/// Prints what first visits download.
pub(crate) fn print(site: &Path) -> Result<()> {
    Sizes::measure(site)?.print();
    Ok(())
}

/// Prints it, and fails if a visit is over its budget or a module cannot run in a browser.
pub(crate) fn check(site: &Path) -> Result<()> {
    for (name, bytes) in files_below(site)? {
        if name.ends_with(".wasm") {
            check_module(&bytes).with_context(|| format!("{name} cannot run in a browser"))?;
        }
    }
    let sizes = Sizes::measure(site)?;
    sizes.print();
    let over: Vec<String> = sizes
        .visits
        .iter()
        .filter(|visit| visit.total() > visit.budget)
        .map(|visit| {
            let over = kilobytes(visit.total() - visit.budget);
            format!("{} by {over}", visit.kind.words())
        })
        .collect();
    ensure!(over.is_empty(), "over budget: {}", over.join(", "));
    Ok(())
}

/// A first visit of one kind, the largest.
#[derive(Debug, PartialEq, Eq)]
struct Visit {
    kind: Kind,
    /// The route.
    route: String,
    /// The page, its scripts and what else it names.
    page: usize,
    /// The main part of the program.
    main: usize,
    /// The parts of the route, and how many files they are.
    parts: (usize, usize),
    /// Its data.
    data: usize,
    /// What it may be at most.
    budget: usize,
}

impl Visit {
    fn total(&self) -> usize {
        self.page + self.main + self.parts.0 + self.data
    }

    fn line(&self) -> String {
        let verdict = if self.total() > self.budget {
            "over"
        } else {
            "ok"
        };
        format!(
            "{:<24}{:>10}{:>10}  {verdict:<5} page {} + main {} + {} parts {} + data {} ({})",
            self.kind.words(),
            kilobytes(self.total()),
            kilobytes(self.budget),
            kilobytes(self.page),
            kilobytes(self.main),
            self.parts.1,
            kilobytes(self.parts.0),
            kilobytes(self.data),
            self.route,
        )
    }
}

/// The sizes of a built site.
struct Sizes {
    visits: Vec<Visit>,
    /// The program: plain and compressed sizes by file.
    program: Vec<(String, usize, usize)>,
}

impl Sizes {
    fn measure(site: &Path) -> Result<Self> {
        let files = files_below(site)?;
        ensure!(
            files.contains_key("index.html"),
            "there is no site in {}; `cargo xtask build` makes it",
            site.display()
        );
        let table = table::read(site)?;
        let mut compressed = BTreeMap::new();
        let mut program = Vec::new();
        for (name, bytes) in &files {
            let size = brotli_size(bytes)?;
            if name.ends_with(".wasm") || name.ends_with(".js") {
                program.push((name.clone(), bytes.len(), size));
            }
            compressed.insert(name.clone(), size);
        }
        let first = first_load(&files, &table);
        Ok(Self {
            visits: visits(&first, &compressed, &table)?,
            program,
        })
    }

    fn print(&self) {
        println!("\n{:>12}{:>12}  file", "plain", "brotli");
        for (name, plain, small) in &self.program {
            println!("{:>12}{:>12}  {name}", kilobytes(*plain), kilobytes(*small));
        }
        println!("\n{:<24}{:>10}{:>10}", "first visit", "brotli", "budget");
        for visit in &self.visits {
            println!("{}", visit.line());
        }
    }
}

/// The largest visit of each kind.
fn visits(first: &[String], sizes: &BTreeMap<String, usize>, table: &Table) -> Result<Vec<Visit>> {
    let size = |name: &str| {
        let size = sizes.get(name).copied();
        size.with_context(|| format!("the page asks for `{name}`, which the site does not have"))
    };
    let (mut page, mut main) = (0, 0);
    for name in first {
        let into = if name.ends_with(".wasm") {
            &mut main
        } else {
            &mut page
        };
        *into += size(name)?;
    }
    let mut largest: Vec<Visit> = Vec::new();
    for (route, data) in &table.files {
        let kind = Kind::of(route, data);
        let Some(kind) = kind else { continue };
        let (mut parts, mut of_data) = (0, 0);
        let files = table.parts.get(kind.parts()).map_or(&[][..], Vec::as_slice);
        for name in files {
            parts += size(name)?;
        }
        for name in data.split_whitespace() {
            of_data += size(name)?;
        }
        // What can be read before the program is there.
        if let Some(id) = route.strip_prefix("lesson/") {
            let early = sizes.range(format!("{SHELL}{id}.")..format!("{SHELL}{id}/"));
            of_data += early.map(|(_, size)| size).sum::<usize>();
        }
        let budget = BUDGETS.iter().find(|(known, _)| *known == kind);
        let visit = Visit {
            kind,
            route: route.clone(),
            page,
            main,
            parts: (parts, files.len()),
            data: of_data,
            budget: budget.map_or(0, |(_, budget)| *budget),
        };
        match largest.iter_mut().find(|known| known.kind == kind) {
            Some(known) if known.total() < visit.total() => *known = visit,
            Some(_) => {}
            None => largest.push(visit),
        }
    }
    for (kind, _) in BUDGETS {
        ensure!(
            largest.iter().any(|visit| visit.kind == kind),
            "the site has no {}; `cargo xtask data` writes its data",
            kind.words()
        );
    }
    largest.sort_by_key(|visit| BUDGETS.iter().position(|(kind, _)| *kind == visit.kind));
    Ok(largest)
}

/// A module has to be valid. One that imports from `env` was linked against a C library which is not
/// there.
fn check_module(module: &[u8]) -> Result<()> {
    Validator::new().validate_all(module)?;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    if import.module == "env" {
                        bail!("it imports `{}` from `env`", import.name);
                    }
                }
            }
            // A piece of the program in a file with others.
            Payload::CustomSection(it) if it.data().starts_with(b"\0asm") => {
                check_module(it.data()).with_context(|| it.name().to_owned())?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a file is fetched for some routes alone.
fn is_of_some_routes(name: &str) -> bool {
    [LESSONS, WORLDS, CROWDS, PRACTICE, PARTS, SHELL]
        .iter()
        .any(|folder| name.starts_with(folder))
}

/// Whether a file is fetched long after a visit has begun, or by no visit at all, though others
/// name it.
fn is_for_later(name: &str) -> bool {
    name == WORKER || name == HEADERS
}

/// The page, and every file whose name stands in a fetched file that is text, but those of some
/// routes alone.
fn first_load(files: &BTreeMap<String, Vec<u8>>, table: &Table) -> Vec<String> {
    let data: BTreeSet<&str> = { table.files.values() }
        .flat_map(|files| files.split_whitespace())
        .collect();
    let mut fetched = vec!["index.html".to_owned()];
    let mut next = 0;
    while let Some(from) = fetched.get(next) {
        if [".html", ".css", ".js", ".webmanifest"]
            .iter()
            .any(|end| from.ends_with(end))
        {
            let text = String::from_utf8_lossy(&files[from]).into_owned();
            let is_first = |name: &&String| {
                !data.contains(name.as_str()) && !is_of_some_routes(name) && !is_for_later(name)
            };
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

/// The files of a site with their contents, by their paths below it.
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

/// Writes a site with a compressed copy beside each file, as a good host has it.
pub(crate) fn compress(site: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    for (name, bytes) in files_below(site)? {
        let file = to.join(&name);
        fs::create_dir_all(file.parent().unwrap_or(to))?;
        fs::write(to.join(format!("{name}.br")), compressed(&bytes)?)?;
        fs::write(file, bytes)?;
    }
    Ok(())
}

fn brotli_size(bytes: &[u8]) -> Result<usize> {
    Ok(compressed(bytes)?.len())
}

fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    let mut octets = Vec::new();
    brotli::BrotliCompress(&mut Cursor::new(bytes), &mut octets, &params)?;
    Ok(octets)
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
            file(
                "index.html",
                "<script src=./app.js> worlds/small parts/lab.wasm course.bin",
            ),
            file("course.bin", ""),
            file("worlds/small", ""),
            file("parts/lab.wasm", ""),
            file("app.js", "fetch('app_bg.wasm')"),
            file("app_bg.wasm", "later.json"),
            file("later.json", ""),
        ]);
        let table = Table {
            files: [("home".to_owned(), "course.bin".to_owned())].into(),
            ..Table::default()
        };
        let first = first_load(&files, &table);
        assert_eq!(first, ["index.html", "app.js", "app_bg.wasm"]);
    }

    #[test]
    fn the_largest_route_of_each_kind_is_judged() {
        let sizes = ["index.html", "app.wasm", "parts/l.wasm", "parts/c.wasm"]
            .into_iter()
            .zip([10, 100, 1_000, 2_000])
            .chain([
                ("lessons/a", 1),
                ("lessons/b", 2),
                ("crowds/c", 5),
                ("lab", 3),
            ])
            .map(|(name, size)| (name.to_owned(), size));
        let files = [
            ("home", "lab"),
            ("lesson/a", "lessons/a"),
            ("lesson/b", "lessons/b"),
            ("lesson/c", "lessons/a crowds/c"),
            ("lab", "lab"),
            ("lab/x", "lab crowds/c"),
            ("practice/p", "lab"),
        ];
        let table = Table {
            files: files
                .map(|(route, data)| (route.to_owned(), data.to_owned()))
                .into(),
            parts: [
                ("lesson/".to_owned(), vec!["parts/l.wasm".to_owned()]),
                (
                    "crowd".to_owned(),
                    vec!["parts/l.wasm".to_owned(), "parts/c.wasm".to_owned()],
                ),
            ]
            .into(),
            ..Table::default()
        };
        let first = ["index.html".to_owned(), "app.wasm".to_owned()];
        let visits = visits(&first, &sizes.collect(), &table).expect("all are there");
        let found: Vec<_> = visits
            .iter()
            .map(|visit| (visit.route.as_str(), visit.total()))
            .collect();
        assert_eq!(
            found,
            [
                ("home", 113),
                ("lesson/b", 1_112),
                ("lesson/c", 3_116),
                ("lab", 113),
                ("practice/p", 113),
            ]
        );
        assert!(visits[0].line().contains(" ok "), "{}", visits[0].line());
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
        assert!(check_module(b"no module").is_err());
    }
}
