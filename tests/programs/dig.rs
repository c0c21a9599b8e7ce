//! `dig`, and what it prints.

use std::net::SocketAddr;
use std::process::Command;

/// An answer as `dig` understood it.
#[derive(Clone, Debug)]
pub(crate) struct Dig {
    /// The response code, such as `NOERROR`.
    pub(crate) status: String,
    /// The opcode, such as `QUERY`.
    pub(crate) opcode: String,
    /// The flags that are set, such as `qr` and `aa`.
    pub(crate) flags: Vec<String>,
    /// The records of the answer section, one a line.
    pub(crate) answer: Vec<String>,
    /// Those of the authority section.
    pub(crate) authority: Vec<String>,
    /// Those of the additional section, OPT left out.
    pub(crate) additional: Vec<String>,
    /// The octets that came.
    pub(crate) size: usize,
    /// Everything it printed.
    pub(crate) text: String,
}

impl Dig {
    /// Asks `server` with the further words of the command line. The answer must be well-formed.
    pub(crate) fn ask(server: SocketAddr, words: &str) -> Self {
        let output = Command::new("dig")
            .arg(format!("@{}", server.ip()))
            .args(["-p", &server.port().to_string(), "+tries=2", "+time=10"])
            .args(words.split_whitespace())
            .output()
            .expect("dig starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "dig {words}: {text}");
        for complaint in ["malformed", "mismatch", "Got bad packet", "FORMERR: "] {
            assert!(!text.contains(complaint), "dig {words}: {text}");
        }
        Self::read(&text).unwrap_or_else(|| panic!("dig {words}: {text}"))
    }

    /// Reads what `dig` printed.
    fn read(text: &str) -> Option<Self> {
        let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start));
        let between = |line: &str, start: &str, end: char| {
            let (_, rest) = line.split_once(start)?;
            Some(rest.split(end).next()?.trim().to_owned())
        };
        let header = after(";; ->>HEADER<<- ")?;
        let section = |name: &str| -> Vec<String> {
            let title = format!(";; {name} SECTION:");
            let lines = text.lines().skip_while(|line| *line != title).skip(1);
            let records = lines.take_while(|line| !line.is_empty());
            records.map(str::to_owned).collect()
        };
        Some(Self {
            status: between(header, "status: ", ',')?,
            opcode: between(header, "opcode: ", ',')?,
            flags: after(";; flags: ")?
                .split(';')
                .next()?
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            answer: section("ANSWER"),
            authority: section("AUTHORITY"),
            additional: section("ADDITIONAL"),
            size: after(";; MSG SIZE  rcvd: ")?.trim().parse().ok()?,
            text: text.to_owned(),
        })
    }

    /// Whether a flag is set.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|set| set == flag)
    }

    /// The last word of the records of a type in some lines.
    pub(crate) fn data<'a>(lines: &'a [String], rtype: &str) -> Vec<&'a str> {
        let words = |line: &'a String| {
            let mut words = line.split_whitespace().skip(3);
            (words.next(), words.last())
        };
        lines
            .iter()
            .map(words)
            .filter(|(found, _)| *found == Some(rtype))
            .filter_map(|(_, data)| data)
            .collect()
    }
}
