//! A scenario file: configuration, scripted servers and steps.

use std::net::IpAddr;

use dns_lab::engine::SimDuration;

use crate::entry::{Entry, directive, parse_entry};
use crate::record::Defaults;
use crate::text::{Fault, Line, Reader, meaningful_lines};

/// Which interpreter a file was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Unbound's `testbound`.
    Unbound,
    /// CZ.NIC's Deckard.
    Deckard,
}

/// A scripted server, for a span of steps.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    /// The first step it covers.
    pub(crate) from: u64,
    /// The last step it covers.
    pub(crate) to: u64,
    /// Its addresses; none stands for any.
    pub(crate) addresses: Vec<IpAddr>,
    /// What it answers.
    pub(crate) entries: Vec<Entry>,
}

impl Range {
    /// Whether the server answers at this address during this step.
    pub(crate) fn covers(&self, step: u64, address: IpAddr) -> bool {
        (self.from..=self.to).contains(&step)
            && (self.addresses.is_empty() || self.addresses.contains(&address))
    }
}

/// What a step does.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// A client sends the entry.
    Query(Entry),
    /// A client's answer is compared with the entry.
    CheckAnswer(Entry),
    /// The resolver must send a query like the entry.
    CheckOutQuery(Entry),
    /// The entry answers a query of the resolver.
    Reply(Entry),
    /// The clock moves on.
    TimePasses(SimDuration),
    /// A query of the resolver gets no answer.
    Timeout,
    /// A query of the resolver is refused by the network.
    Error,
    /// Nothing but traffic.
    Traffic,
    /// Something this runner cannot do.
    Unsupported(String),
}

/// One step of the script.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Its number in the script.
    pub(crate) number: u64,
    /// Its line in the file.
    pub(crate) line: usize,
    /// The client or server it is about.
    pub(crate) address: Option<IpAddr>,
    /// What it does.
    pub(crate) act: Act,
}

impl Step {
    /// The step's number and keyword, for messages.
    pub(crate) fn title(&self) -> String {
        let keyword = match &self.act {
            Act::Query(_) => "QUERY".to_owned(),
            Act::CheckAnswer(_) => "CHECK_ANSWER".to_owned(),
            Act::CheckOutQuery(_) => "CHECK_OUT_QUERY".to_owned(),
            Act::Reply(_) => "REPLY".to_owned(),
            Act::TimePasses(span) => format!("TIME_PASSES {span}"),
            Act::Timeout => "TIMEOUT".to_owned(),
            Act::Error => "ERROR".to_owned(),
            Act::Traffic => "TRAFFIC".to_owned(),
            Act::Unsupported(what) => what.clone(),
        };
        format!("step {} {keyword} (line {})", self.number, self.line)
    }
}

/// A whole file.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// Whose dialect it is.
    pub(crate) dialect: Dialect,
    /// The lines of the configuration, comments left in.
    pub(crate) config: Vec<Line>,
    /// The scripted servers in file order.
    pub(crate) ranges: Vec<Range>,
    /// The steps.
    pub(crate) steps: Vec<Step>,
}

impl Scenario {
    /// What this runner cannot do, if the script asks for it.
    pub(crate) fn unsupported(&self) -> Option<&str> {
        self.steps.iter().find_map(|step| match &step.act {
            Act::Unsupported(what) => Some(what.as_str()),
            _ => None,
        })
    }
}

/// Reads a scenario file.
///
/// # Errors
/// The first line that does not fit the format.
pub(crate) fn parse_scenario(text: &str) -> Result<Scenario, Fault> {
    let mut config = Vec::new();
    let mut first_script_line = None;
    for (index, raw) in text.lines().enumerate() {
        let line = raw.trim();
        if line.starts_with("CONFIG_END") {
            first_script_line = Some(index + 1);
            break;
        }
        if !line.is_empty() {
            config.push(Line {
                number: index + 1,
                text: line.to_owned(),
            });
        }
    }
    let Some(skipped) = first_script_line else {
        return Err(Fault::new(1, "CONFIG_END is missing"));
    };
    let dialect = dialect_of(&config);
    let script: Vec<&str> = text.lines().skip(skipped).collect();
    let mut reader = Reader::new(meaningful_lines(&script.join("\n"), skipped + 1));
    let mut scenario = Scenario {
        dialect,
        config,
        ranges: Vec::new(),
        steps: Vec::new(),
    };
    parse_script(&mut reader, &mut scenario)?;
    Ok(scenario)
}

/// Unbound's configuration has clauses; Deckard's is a flat list with keys of its own.
fn dialect_of(config: &[Line]) -> Dialect {
    const DECKARD_KEYS: [&str; 8] = [
        "stub-addr:",
        "stub-name:",
        "query-minimization:",
        "do-ip6:",
        "do-ip4:",
        "trust-anchor:",
        "features:",
        "forward-addr:",
    ];
    let mut has_deckard_key = false;
    for line in config {
        let first = line.text.split_whitespace().next().unwrap_or_default();
        if matches!(
            first,
            "server:" | "stub-zone:" | "forward-zone:" | "auth-zone:" | "rpz:" | "view:"
        ) {
            return Dialect::Unbound;
        }
        has_deckard_key |= DECKARD_KEYS.iter().any(|key| first.starts_with(key));
    }
    if has_deckard_key {
        Dialect::Deckard
    } else {
        Dialect::Unbound
    }
}

/// Reads what follows the configuration.
fn parse_script(reader: &mut Reader, scenario: &mut Scenario) -> Result<(), Fault> {
    let mut defaults = Defaults::default();
    let mut has_ended = false;
    while let Some(line) = reader.next() {
        let keyword = line.text.split_whitespace().next().unwrap_or_default();
        match keyword.to_ascii_uppercase().as_str() {
            "SCENARIO_BEGIN" => {}
            "SCENARIO_END" => {
                has_ended = true;
                break;
            }
            "$ORIGIN" | "$TTL" => directive(&mut defaults, &line)?,
            "RANGE_BEGIN" => {
                let range = parse_range(reader, &line, scenario.dialect, &mut defaults)?;
                scenario.ranges.push(range);
            }
            "STEP" => {
                let step = parse_step(reader, &line, scenario.dialect, &mut defaults)?;
                if let Some(last) = scenario.steps.last()
                    && last.number >= step.number
                {
                    return Err(Fault::new(line.number, "step numbers must rise"));
                }
                scenario.steps.push(step);
            }
            other => {
                return Err(Fault::new(
                    line.number,
                    format!("`{other}` is not known here"),
                ));
            }
        }
    }
    if has_ended {
        Ok(())
    } else {
        Err(Fault::new(reader.last_number(), "SCENARIO_END is missing"))
    }
}

/// Reads a range whose first line was taken.
fn parse_range(
    reader: &mut Reader,
    begin: &Line,
    dialect: Dialect,
    defaults: &mut Defaults,
) -> Result<Range, Fault> {
    let mut words = begin.text.split_whitespace().skip(1);
    let mut bound = || {
        let word = words.next().unwrap_or_default();
        let number = word.parse::<u64>();
        number.map_err(|_| Fault::new(begin.number, format!("`{word}` is no step number")))
    };
    let mut range = Range {
        from: bound()?,
        to: bound()?,
        addresses: Vec::new(),
        entries: Vec::new(),
    };
    for word in words {
        range.addresses.push(parse_address(word, begin)?);
    }
    loop {
        let Some(line) = reader.next() else {
            return Err(Fault::new(begin.number, "the range has no end"));
        };
        let mut words = line.text.split_whitespace();
        match words
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase()
            .as_str()
        {
            "RANGE_END" => return Ok(range),
            "ADDRESS" => {
                for word in words {
                    range.addresses.push(parse_address(word, &line)?);
                }
            }
            "ENTRY_BEGIN" => {
                let entry = parse_entry(reader, &line, dialect, defaults)?;
                range.entries.push(entry);
            }
            "$ORIGIN" | "$TTL" => directive(defaults, &line)?,
            other => {
                return Err(Fault::new(
                    line.number,
                    format!("`{other}` is not known in a range"),
                ));
            }
        }
    }
}

/// An IP address; a port after `@` is ignored, as only one is ever used.
fn parse_address(word: &str, line: &Line) -> Result<IpAddr, Fault> {
    let bare = word.split('@').next().unwrap_or_default();
    bare.parse()
        .map_err(|_| Fault::new(line.number, format!("`{word}` is no address")))
}

/// Reads a step whose first line was taken.
fn parse_step(
    reader: &mut Reader,
    begin: &Line,
    dialect: Dialect,
    defaults: &mut Defaults,
) -> Result<Step, Fault> {
    let fault = |problem: String| Fault::new(begin.number, problem);
    let words: Vec<&str> = begin.text.split_whitespace().skip(1).collect();
    let [number, keyword, parameters @ ..] = words.as_slice() else {
        return Err(fault("a step needs a number and a keyword".into()));
    };
    let number = number
        .parse()
        .map_err(|_| fault(format!("`{number}` is no step number")))?;
    let mut address = None;
    if let [first, value, ..] = parameters
        && first.eq_ignore_ascii_case("ADDRESS")
    {
        address = Some(parse_address(value, begin)?);
    }
    let keyword = keyword.to_ascii_uppercase();
    let act = match keyword.as_str() {
        "QUERY" | "CHECK_ANSWER" | "CHECK_OUT_QUERY" | "REPLY" => {
            let entry = step_entry(reader, begin, dialect, defaults, &mut address)?;
            match keyword.as_str() {
                "QUERY" => Act::Query(entry),
                "CHECK_ANSWER" => Act::CheckAnswer(entry),
                "CHECK_OUT_QUERY" => Act::CheckOutQuery(entry),
                _ => Act::Reply(entry),
            }
        }
        "TIME_PASSES" => match parameters {
            [how, seconds] if how.eq_ignore_ascii_case("ELAPSE") => {
                let seconds: f64 = seconds
                    .parse()
                    .map_err(|_| fault(format!("`{seconds}` is no number of seconds")))?;
                Act::TimePasses(SimDuration::from_secs_f64(seconds))
            }
            _ => Act::Unsupported("TIME_PASSES EVAL".into()),
        },
        "TIMEOUT" => Act::Timeout,
        "ERROR" => Act::Error,
        // The round-trip time of a server is only a preference among several.
        "NOTHING" | "TRAFFIC" | "INFRA_RTT" => Act::Traffic,
        "CHECK_AUTOTRUST" | "CHECK_TEMPFILE" | "ASSIGN" | "FLUSH_MESSAGE" | "EXPIRE_MESSAGE" => {
            skip_file_block(reader);
            Act::Unsupported(format!("STEP {keyword}"))
        }
        _ => return Err(fault(format!("`{keyword}` is no step"))),
    };
    Ok(Step {
        number,
        line: begin.number,
        address,
        act,
    })
}

/// The entry of a step, after an ADDRESS line if there is one.
fn step_entry(
    reader: &mut Reader,
    begin: &Line,
    dialect: Dialect,
    defaults: &mut Defaults,
    address: &mut Option<IpAddr>,
) -> Result<Entry, Fault> {
    loop {
        let Some(line) = reader.next() else {
            return Err(Fault::new(begin.number, "the step has no entry"));
        };
        let mut words = line.text.split_whitespace();
        match words.next().unwrap_or_default() {
            "ENTRY_BEGIN" => return parse_entry(reader, &line, dialect, defaults),
            "ADDRESS" => {
                *address = Some(parse_address(words.next().unwrap_or_default(), &line)?);
            }
            "$ORIGIN" | "$TTL" => directive(defaults, &line)?,
            other => {
                let problem = format!("an entry is expected, not `{other}`");
                return Err(Fault::new(line.number, problem));
            }
        }
    }
}

/// Passes over `FILE_BEGIN` to `FILE_END`.
fn skip_file_block(reader: &mut Reader) {
    if reader.peek().is_none_or(|line| line.text != "FILE_BEGIN") {
        return;
    }
    while let Some(line) = reader.next() {
        if line.text == "FILE_END" {
            break;
        }
    }
}
