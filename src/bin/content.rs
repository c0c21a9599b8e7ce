//! Writes the data files of the site: reads what is in `lessons/`, strictly, and either says
//! everything that is wrong with it or writes what the page fetches, and prints the outline of the
//! course as JSON. A step of every build; `cargo xtask data` runs it.

#![expect(clippy::print_stdout, reason = "the outline goes to whoever runs this")]

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use dns_lab::lesson::site_files;
use dns_lab::scenario::ContentFolder;

const USAGE: &str = "Usage: dns-lab-content SITE [LESSONS]

Reads the folder LESSONS, which is that of the lab unless it is given, and writes its data files
below the folder SITE. Prints the outline of the course as JSON.";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let (site, content) = match args.as_slice() {
        [site] => (site, ContentFolder::shipped()),
        [site, lessons] => (site, ContentFolder::at(lessons)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    let (outline, files) = match site_files(&content) {
        Ok(site) => site,
        Err(faults) => {
            let root = content.root().display();
            for fault in &faults {
                eprintln!("{root}/{fault}");
            }
            let count = faults.len();
            eprintln!("{count} faults keep the lessons from being written: mend them first.");
            return ExitCode::FAILURE;
        }
    };
    for (path, octets) in files {
        let file = Path::new(site).join(&path);
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(error) = folder.and_then(|()| fs::write(&file, octets)) {
            eprintln!("{} cannot be written: {error}", file.display());
            return ExitCode::FAILURE;
        }
    }
    match serde_json::to_string(&outline) {
        Ok(outline) => {
            println!("{outline}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The outline cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
