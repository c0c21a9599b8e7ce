//! Turns the TOML below `lessons/` into JSON for the page.
//!
//! Lessons and worlds are written in TOML, and natively they are read as TOML, so that faults
//! are reported by file and line. The page reads JSON anyway, for links and progress; carrying
//! a TOML parser as well would make it a tenth larger.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=lessons");
    if env::var("CARGO_CFG_TARGET_ARCH")? == "wasm32" {
        let out = PathBuf::from(env::var("OUT_DIR")?);
        convert(Path::new("lessons"), &out.join("lessons"))?;
    }
    Ok(())
}

/// Writes each TOML file below a folder as JSON at the same place below another.
fn convert(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            convert(&path, &target)?;
        } else if path.extension().is_some_and(|end| end == "toml") {
            let text = fs::read_to_string(&path)?;
            let value: toml::Value =
                toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            fs::write(target.with_extension("json"), serde_json::to_vec(&value)?)?;
        }
    }
    Ok(())
}
