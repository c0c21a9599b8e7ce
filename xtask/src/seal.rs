//! The last step of a build: what depends on every other file of the site. The
//! Content-Security-Policy with the hashes of what stands in the page itself, the service worker with the list of
//! files, and the headers for a host that reads them from a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::env::Env;
use crate::size::files_below;
use crate::space::{script, without_space};
use crate::table;

/// Below the site: the service worker.
pub(crate) const WORKER: &str = "sw.js";
/// Below the site: the headers, in the form that Cloudflare Pages and Netlify read.
pub(crate) const HEADERS: &str = "_headers";

const PAGE: &str = "index.html";
const META: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
/// The policy stands before everything that it is about.
const BEFORE_META: &str = "<meta charset=\"utf-8\">\n";

/// Seals the site in a folder. Sealing it again does it anew.
pub(crate) fn seal(env: &Env, site: &Path) -> Result<()> {
    let mut parts = BTreeSet::new();
    table::change(site, |table| {
        table.offline = true;
        parts.extend(table.parts.values().flatten().cloned());
    })?;
    let file = site.join(PAGE);
    let page = without_space(&fs::read_to_string(&file)?);
    let page = merged(&without_policy(&page));
    let policy = policy(&page);
    fs::write(&file, with_policy(&page, &policy)?)?;

    let mut files = files_below(site)?;
    files.remove(WORKER);
    files.remove(HEADERS);
    let template = env.root.join("public/start").join(WORKER);
    let template = fs::read_to_string(&template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let worker = script(&table::put(&template, &Kept::of(&files, &parts))?);
    fs::write(site.join(WORKER), worker)?;

    fs::write(site.join(HEADERS), headers(&policy, files.keys()))?;
    println!(
        "Content-Security-Policy of the site, also in {HEADERS}:\n{}",
        for_hosts(&policy)
    );
    Ok(())
}

/// Whether a site was sealed before.
pub(crate) fn is_sealed(site: &Path) -> bool {
    fs::read_to_string(site.join(PAGE)).is_ok_and(|page| page.contains(META))
}

/// What the service worker knows.
#[derive(Debug, Serialize)]
struct Kept {
    /// Changes with any of the files.
    version: String,
    /// Without these there is no page at all.
    first: Vec<String>,
    /// All files, with the beginnings of their hashes.
    files: BTreeMap<String, String>,
}

impl Kept {
    fn of(files: &BTreeMap<String, Vec<u8>>, parts: &BTreeSet<String>) -> Self {
        let short = |bytes: &[u8]| STANDARD.encode(&Sha256::digest(bytes)[..9]);
        let files: BTreeMap<String, String> = files
            .iter()
            .map(|(name, bytes)| (name.clone(), short(bytes)))
            .collect();
        let is_first = |name: &&String| !name.contains('/') && !parts.contains(*name);
        let mut version = String::new();
        for (name, hash) in &files {
            // Writing to a string cannot fail.
            let _ = writeln!(version, "{name} {hash}");
        }
        Self {
            version: short(version.as_bytes()),
            first: files.keys().filter(is_first).cloned().collect(),
            files,
        }
    }
}

/// The policy, as a page may state it.
fn policy(page: &str) -> String {
    let hashes = |tag| {
        let texts = inline(page, tag);
        let mut hashes: Vec<String> = texts
            .map(|text| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text))))
            .collect();
        hashes.dedup();
        hashes.join(" ")
    };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' {}; style-src {}; \
         connect-src 'self'; img-src 'self'; manifest-src 'self'; worker-src 'self' blob:; \
         base-uri 'none'; form-action 'none'",
        hashes("script"),
        hashes("style"),
    )
}

/// The policy as a host sends it: only there does it say whose pages may show this one.
fn for_hosts(policy: &str) -> String {
    format!("{policy}; frame-ancestors 'self'")
}

/// The texts of the elements with a tag that stand in the page itself.
fn inline<'page>(page: &'page str, tag: &'static str) -> impl Iterator<Item = &'page str> {
    let open = format!("<{tag}");
    let close = format!("</{tag}>");
    let mut rest = page;
    std::iter::from_fn(move || {
        loop {
            let (attributes, text) = rest.split_once(&open)?.1.split_once('>')?;
            let (text, after) = text.split_once(&close)?;
            rest = after;
            if !attributes.contains("src=") {
                return Some(text);
            }
        }
    })
}

/// A page in which scripts and styles that follow each other are one: each of its own costs a hash,
/// which cannot be compressed.
fn merged(page: &str) -> String {
    let mut page = page.to_owned();
    for (open, close) in [
        ("<script>", "</script>"),
        ("<style type=\"text/css\">", "</style>"),
        ("<style>", "</style>"),
    ] {
        let mut parts = page.split(close);
        let mut merged = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.trim_start().strip_prefix(open) {
                Some(text) if merged.contains(open) => {
                    merged = merged.trim_end().to_owned() + "\n" + text
                }
                _ => merged = merged + close + part,
            }
        }
        page = merged;
    }
    page
}

fn without_policy(page: &str) -> String {
    let Some((before, rest)) = page.split_once(META) else {
        return page.to_owned();
    };
    let after = rest.split_once("\">\n").map_or("", |(_, after)| after);
    format!("{}\n{after}", before.trim_end())
}

fn with_policy(page: &str, policy: &str) -> Result<String> {
    ensure!(
        page.contains(BEFORE_META),
        "{PAGE} does not begin with its charset"
    );
    let meta = format!("{BEFORE_META}    {META}{policy}\">\n");
    Ok(page.replacen(BEFORE_META, &meta, 1))
}

/// The headers a host should send.
fn headers<'name>(policy: &str, names: impl Iterator<Item = &'name String>) -> String {
    let mut text = format!(
        "/*\n  Content-Security-Policy: {}\n  X-Content-Type-Options: nosniff\n  \
         Referrer-Policy: no-referrer\n",
        for_hosts(policy)
    );
    let caching = |name: &str| match name {
        _ if has_hash(name) => Some("public, max-age=31536000, immutable"),
        "" | PAGE | WORKER => Some("no-cache"),
        _ => None,
    };
    for name in names.map(String::as_str).chain(["", WORKER]) {
        if let Some(caching) = caching(name) {
            // Writing to a string cannot fail.
            let _ = write!(text, "/{name}\n  Cache-Control: {caching}\n");
        }
    }
    text
}

/// Whether a name carries the hash of its file, so that the file never changes.
fn has_hash(name: &str) -> bool {
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= 8 && part.bytes().all(|c| c.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "<head>\n    <meta charset=\"utf-8\">\n    <style type=\"text/css\">a{}</style><script>go()</script>\n\
                        <script src=\"./a.js\"></script><style>b{}</style></head>";

    #[test]
    fn the_policy_names_what_stands_in_the_page_and_nothing_else() {
        let policy = policy(SITE);
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        assert!(
            policy.contains(&format!("'wasm-unsafe-eval' {};", hash("go()"))),
            "{policy}"
        );
        assert!(
            policy.contains(&format!("style-src {} {};", hash("a{}"), hash("b{}"))),
            "{policy}"
        );
    }

    #[test]
    fn the_policy_is_put_in_once_and_before_what_it_is_about() {
        let once = with_policy(SITE, "default-src 'none'").expect("a charset");
        assert!(once.find(META) < once.find("<style"));
        assert_eq!(without_policy(&once), SITE);
        assert_eq!(without_policy(SITE), SITE);
    }

    #[test]
    fn neighbors_become_one() {
        let page = "<style>a</style>\n  <style>b</style><p><script>c()</script> <script>d()</script>\
                    <script src=e></script><style>f</style>";
        assert_eq!(
            merged(page),
            "<style>a\nb</style><p><script>c()\nd()</script><script src=e></script><style>f</style>"
        );
    }

    #[test]
    fn names_with_a_hash_are_kept_for_good() {
        assert!(has_hash("dns-lab-0a1b2c3d4e5f6071_bg.wasm"));
        assert!(!has_hash("lessons/caches-and-ttl.json"));
        assert!(!has_hash("index.html"));
    }

    #[test]
    fn another_file_is_another_version() {
        let files = |text: &str| BTreeMap::from([("a/b".to_owned(), text.as_bytes().to_vec())]);
        let none = BTreeSet::new();
        let (one, two) = (Kept::of(&files("1"), &none), Kept::of(&files("2"), &none));
        assert_ne!(one.version, two.version);
        assert!(
            one.first.is_empty(),
            "only what lies at the root comes first"
        );
    }

    #[test]
    fn what_starts_the_page_is_kept_first_and_its_parts_later() {
        let names = [
            "index.html",
            "main-0a1b2c3d_bg.wasm",
            "lab-0a1b2c3d.wasm",
            "worlds/x.bin",
        ];
        let files = names.map(|name| (name.to_owned(), Vec::new())).into();
        let kept = Kept::of(&files, &["lab-0a1b2c3d.wasm".to_owned()].into());
        assert_eq!(kept.first, ["index.html", "main-0a1b2c3d_bg.wasm"]);
        assert_eq!(kept.files.len(), 4);
    }

    #[test]
    fn hosts_are_told_what_may_be_kept() {
        let names = ["index.html", "main-0a1b2c3d.js", "worlds/x.bin"].map(str::to_owned);
        let headers = headers("default-src 'none'", names.iter());
        assert!(headers.contains("frame-ancestors 'self'"));
        assert!(
            headers.contains(
                "/main-0a1b2c3d.js\n  Cache-Control: public, max-age=31536000, immutable\n"
            )
        );
        assert!(headers.contains("/index.html\n  Cache-Control: no-cache\n"));
        assert!(headers.contains("/sw.js\n  Cache-Control: no-cache\n"));
        assert!(!headers.contains("worlds"));
    }
}
