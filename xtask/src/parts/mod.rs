//! The program in parts: the page's module is cut where `src/app/parts.rs` says.
//!
//! `cargo xtask build` lets Trunk build the site as ever, with two things changed. The switch
//! [`SWITCH`] has the module linked so that it can be cut (`build.rs`). And the program that Trunk
//! finds as `wasm-bindgen` is this one under another name ([`stand_in`]): it cuts the module and
//! hands the main part on to the real wasm-bindgen. What is cut off waits in a folder below
//! `target/` until the hook at the end of Trunk's build puts it into the site ([`place`]). Without
//! the switch there is one module, and the hook has nothing to do here.

mod bundle;
mod link;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::env::Env;
use crate::process::CommandExt;

/// The variable that asks for a build in parts. Its value is the folder of what is cut off.
const SWITCH: &str = "DNS_LAB_SPLIT";
/// The variable that tells the stand-in where the real wasm-bindgen is.
const WASM_BINDGEN: &str = "DNS_LAB_WASM_BINDGEN";
/// The program that is stood in for.
const NAME: &str = "wasm-bindgen";
/// Below the site: the parts beside the main one.
pub(crate) const PARTS: &str = "parts/";
/// What the list of what was cut off is called.
const LIST: &str = "parts.json";
/// What the script of the main part is called while the module is cut; Trunk names it later.
const MAIN_SCRIPT: &str = "./main.js";

/// The parts that a kind of route needs beside the main one. The worker fetches `crowds`, so that
/// part is on its way wherever something is run first of all.
const NEEDS: [(&str, &[&str]); 7] = [
    ("home", &[]),
    ("lesson/", &["lessons"]),
    ("crowd", &["lessons", "crowds"]),
    ("lab", &["lab"]),
    ("lab/", &["lab", "crowds"]),
    ("practice", &[]),
    ("practice/", &["practice"]),
];

/// What an address needs beside if it has a link, whatever its route is. As few visits begin with
/// one, it is not asked which files would suit them.
const BESIDE: [(&str, &[&str]); 1] = [("link", &["views"])];

/// What else may be on its way together, once something is run: what only some of these need does
/// not lie in one file with what all of them need.
const LATER: [(&str, &[&str]); 1] = [("practice/", &["practice", "crowds"])];

/// Has Trunk build the site in parts.
pub(crate) fn ask_for(env: &Env, trunk: &mut Command) -> Result<()> {
    let folder = env.root.join("target/split");
    let programs = folder.join("programs");
    fs::create_dir_all(&programs)?;
    let program = programs.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    // The one of the build before, which this program may not be any more.
    if program.exists() {
        fs::remove_file(&program)?;
    }
    fs::copy(std::env::current_exe()?, &program)
        .with_context(|| format!("cannot write {}", program.display()))?;
    let path = env.tool_path();
    let all = std::iter::once(programs).chain(std::env::split_paths(&path));
    trunk
        .env(SWITCH, &folder)
        .env(WASM_BINDGEN, env.tool(NAME).get_program())
        .env("PATH", std::env::join_paths(all)?);
    Ok(())
}

/// Whether this program was called as the one it stands in for.
pub(crate) fn is_stand_in(program: Option<&OsString>) -> bool {
    let stem = program.and_then(|program| Path::new(program).file_stem());
    stem.is_some_and(|stem| stem == NAME)
}

/// Does what Trunk asks wasm-bindgen for, with the main part of the module.
pub(crate) fn stand_in(args: &[OsString]) -> Result<()> {
    let real = std::env::var_os(WASM_BINDGEN).context("only Trunk may call this program")?;
    let folder = std::env::var_os(SWITCH).map(PathBuf::from);
    let is_module = |arg: &&OsString| Path::new(arg).extension().is_some_and(|end| end == "wasm");
    let module = args.iter().find(is_module);
    let (Some(folder), Some(module)) = (folder, module) else {
        // Trunk asks for the version.
        return Command::new(real).args(args).run();
    };
    let main = cut(Path::new(module), &folder)?;
    let others = args.iter().filter(|arg| *arg != module);
    Command::new(real)
        .args(others)
        // The parts find functions and memory of the main one by these names.
        .arg("--keep-lld-exports")
        .arg(main)
        .run()
}

/// Cuts a module. Returns the file of its main part.
fn cut(module: &Path, folder: &Path) -> Result<PathBuf> {
    let module = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let pieces = folder.join("pieces");
    if pieces.exists() {
        fs::remove_dir_all(&pieces)?;
    }
    fs::create_dir_all(&pieces)?;
    let main = pieces.join("main.wasm");
    let link = format!("parts-{}.js", hash(&module));
    let link_name = format!("./{link}");
    let mut options = wasm_split_cli_support::Options::new(&module);
    options.output_dir = &pieces;
    options.main_out_path = &main;
    options.main_module = MAIN_SCRIPT;
    options.link_name = &link_name;
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("the module cannot be cut: {error:#}"))?;
    let needs: BTreeMap<_, _> = split.prefetch_map.into_iter().collect();
    let list = json!({ "link": link, "needs": needs });
    fs::write(folder.join(LIST), list.to_string())?;
    Ok(main)
}

/// Puts the parts into a site that Trunk is building, if it is being built in parts.
pub(crate) fn place(env: &Env, site: &Path) -> Result<Option<Placed>> {
    let Some(folder) = std::env::var_os(SWITCH).map(PathBuf::from) else {
        return Ok(None);
    };
    let list = fs::read_to_string(folder.join(LIST)).context("no module was cut")?;
    let list: Value = serde_json::from_str(&list)?;
    let link = list["link"]
        .as_str()
        .context("the list of parts names no script")?;
    fs::create_dir_all(site.join(PARTS))?;
    let mut found = BTreeMap::new();
    for (stem, raw) in pieces(&folder.join("pieces"))? {
        let small = folder.join("small.wasm");
        env.tool("wasm-opt")
            .arg("-Oz")
            .args(flags(env)?)
            .arg("-o")
            .args([&small, &raw])
            .run()?;
        found.insert(stem, fs::read(&small)?);
    }
    let mut placed = Placed::default();
    let lengths = found.iter().map(|(stem, it)| (stem.clone(), it.len()));
    for bundle in bundle::bundles(&lengths.collect(), &visits(&list)?) {
        let pieces = bundle.pieces.iter();
        let bytes = bundle::octets(pieces.map(|it| (it.as_str(), found[it].as_slice())));
        let name = format!("{PARTS}{}-{}.wasm", bundle.name, hash(&bytes));
        fs::write(site.join(&name), &bytes)?;
        placed.sizes.insert(name.clone(), bytes.len() as u64);
        let pieces = bundle.pieces.into_iter();
        placed.files.extend(pieces.map(|it| (it, name.clone())));
    }
    let main = main_script(site)?;
    let script = fs::read_to_string(folder.join("pieces").join(link))?;
    fs::write(
        site.join(link),
        link::finish(&script, MAIN_SCRIPT, &main, &placed.files)?,
    )?;
    preload(site, &main, link)?;
    placed.by_route = by_route(&list, &placed.files)?;
    Ok(Some(placed))
}

/// The pieces that each kind of visit needs, beside those that come later.
fn visits(list: &Value) -> Result<Vec<BTreeSet<&str>>> {
    let kinds = NEEDS.iter().chain(&LATER);
    kinds
        .map(|(_, parts)| Ok(needed(list, parts)?.into_iter().collect()))
        .collect()
}

/// The pieces that parts need, those first that are needed first.
fn needed<'a>(list: &'a Value, parts: &[&str]) -> Result<Vec<&'a str>> {
    let mut all = Vec::new();
    for part in parts {
        let pieces = list["needs"][part].as_array();
        let pieces = pieces.with_context(|| format!("the program has no part `{part}`"))?;
        all.extend(pieces.iter().filter_map(Value::as_str));
    }
    Ok(all)
}

/// The files that each kind of route needs, those first that are needed first.
fn by_route(
    list: &Value,
    files: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Vec<String>>> {
    let mut routes = BTreeMap::new();
    for (route, parts) in NEEDS.into_iter().chain(BESIDE) {
        let mut names: Vec<String> = Vec::new();
        for piece in needed(list, parts)? {
            let name = files.get(piece).with_context(|| format!("no `{piece}`"))?;
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        routes.insert(route.to_owned(), names);
    }
    Ok(routes)
}

/// The parts as they are in a site.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// Files by kind of route, those first that are needed first.
    pub(crate) by_route: BTreeMap<String, Vec<String>>,
    /// Sizes in bytes, not compressed.
    pub(crate) sizes: BTreeMap<String, u64>,
    /// The file in which a piece lies, by the name that the link script has for the piece.
    files: BTreeMap<String, String>,
}

impl Placed {
    /// Says what each kind of route needs.
    pub(crate) fn print(&self) {
        for (route, files) in &self.by_route {
            let size: u64 = files.iter().filter_map(|file| self.sizes.get(file)).sum();
            println!("{route:<10} {:>2} parts, {size:>8} bytes", files.len());
        }
    }
}

/// What was cut off, by the name that the link script has for it.
fn pieces(folder: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_piece = stem.starts_with("split_") || stem.starts_with("chunk_");
        if is_piece && path.extension().is_some_and(|end| end == "wasm") {
            found.insert(stem.into_owned(), path.clone());
        }
    }
    Ok(found)
}

/// The flags with which Trunk has the main part made small.
fn flags(env: &Env) -> Result<Vec<String>> {
    let page = fs::read_to_string(env.root.join("index.html"))?;
    let flags = page.split_once("data-wasm-opt-params=\"");
    let flags = flags.and_then(|(_, rest)| rest.split_once('"'));
    let (flags, _) = flags.context("index.html has no flags for wasm-opt")?;
    Ok(flags.split_whitespace().map(str::to_owned).collect())
}

/// The file of the main part's script.
fn main_script(site: &Path) -> Result<String> {
    for entry in fs::read_dir(site)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("dns-lab-") && name.ends_with(".js") {
            return Ok(name);
        }
    }
    Err(anyhow!("Trunk has written no script of the program"))
}

/// Has the link script fetched along with the main one, which imports it.
fn preload(site: &Path, main: &str, link: &str) -> Result<()> {
    let file = site.join("index.html");
    let page = fs::read_to_string(&file)?;
    fs::write(&file, with_preload(&page, main, link)?)?;
    Ok(())
}

fn with_preload(page: &str, main: &str, link: &str) -> Result<String> {
    let at = page.find("rel=\"modulepreload\"");
    let at = at.context("index.html does not preload the main script")?;
    let end = page[at..]
        .find('>')
        .context("a link of index.html has no end")?;
    let (before, after) = page.split_at(at + end + 1);
    ensure!(
        before.contains(main),
        "index.html preloads another script first"
    );
    let link = format!("<link rel=\"modulepreload\" href=\"./{link}\" crossorigin=\"anonymous\">");
    Ok(format!("{before}{link}{after}"))
}

/// A name for contents, so that other contents have another name.
fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_script_is_preloaded_after_the_main_one() {
        let page = "<head><link rel=\"modulepreload\" href=\"./dns-lab-1.js\"><p>";
        let page = with_preload(page, "dns-lab-1.js", "parts-2.js").expect("a preload");
        assert_eq!(
            page,
            "<head><link rel=\"modulepreload\" href=\"./dns-lab-1.js\">\
             <link rel=\"modulepreload\" href=\"./parts-2.js\" crossorigin=\"anonymous\"><p>"
        );
        assert!(with_preload("<head>", "dns-lab-1.js", "parts-2.js").is_err());
    }

    #[test]
    fn a_route_names_each_file_of_its_parts_once() {
        let list = json!({ "needs": {
            "lessons": ["chunk_1", "chunk_2", "split_lessons"],
            "crowds": ["chunk_1", "split_crowds"],
            "lab": [], "practice": [], "views": ["chunk_1", "split_views"],
        }});
        let files = [
            ("chunk_1", "shared"),
            ("chunk_2", "lessons"),
            ("split_lessons", "lessons"),
            ("split_crowds", "crowds"),
            ("split_views", "views"),
        ];
        let files = files.map(|(piece, file)| (piece.to_owned(), file.to_owned()));
        let routes = by_route(&list, &BTreeMap::from(files)).expect("all are there");
        assert_eq!(routes["home"], Vec::<String>::new());
        assert_eq!(routes["lesson/"], ["shared", "lessons"]);
        assert_eq!(routes["crowd"], ["shared", "lessons", "crowds"]);
        assert_eq!(routes["link"], ["shared", "views"]);
        assert!(by_route(&list, &BTreeMap::new()).is_err());
    }

    #[test]
    fn only_the_name_makes_a_stand_in() {
        assert!(is_stand_in(Some(&OsString::from("/x/wasm-bindgen"))));
        assert!(!is_stand_in(Some(&OsString::from("/x/xtask"))));
        assert!(!is_stand_in(None));
    }
}
