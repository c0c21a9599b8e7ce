//! From the raw shape of a problem to the checked one.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::super::error::Problems;
use super::super::markdown::{Known, Section, parse_line, parse_sections};
use super::super::{Inline, LessonError};
use super::file::{
    AnswerFile, CauseFile, CriterionFile, ProbeFile, ProblemFile, QuestionFile, RunFile, WindowFile,
};
use super::{
    Cause, Check, Criterion, KnownCause, Machine, Moment, Passage, Place, PracticeOption,
    PracticeQuestion, Probe, Problem, ProblemOutline, Remark, Run, ShareOf, StoredAnswer, Window,
};
use crate::dns::quoted;
use crate::engine::Coordinates;
use crate::scenario::crowd::CrowdSource;
use crate::scenario::data_file::Located;
use crate::scenario::parse_span;

/// The passages that are read before, in order.
const BRIEF: [&str; 5] = ["situation", "assets", "goal", "limits", "tried"];
/// The passages that are read afterwards, in order.
const MODEL: [&str; 2] = ["model", "aloud"];

/// Checks a problem.
pub(super) fn read(
    folder: &str,
    file: ProblemFile,
    toml: &str,
    text: &str,
    crowds: &BTreeMap<String, String>,
) -> Result<Problem, Vec<LessonError>> {
    let mut reader = Reader {
        folder,
        machines: Vec::new(),
        run_ids: file.run.iter().map(|run| run.id.text.clone()).collect(),
        problems: Problems::new(&format!("practice/{folder}/problem.toml"), toml),
    };
    reader.check_head(&file);
    let from = reader.moment(&file.from);
    let until = reader.moment(&file.until);
    let mut found = Vec::new();
    let mut runs = Vec::new();
    for run in &file.run {
        runs.extend(reader.run(run, crowds, until.0 - from.0, &mut found));
    }
    for id in crowds.keys().filter(|id| !reader.run_ids.contains(id)) {
        found.push(LessonError {
            file: format!("practice/{folder}/{id}.toml"),
            line: None,
            problem: format!(
                "no [[run]] is called {id}: add one or drop this file",
                id = quoted(id)
            ),
        });
    }
    if let Some(run) = runs.first() {
        let machines = run.crowd.endpoints.iter().filter_map(|one| {
            Some(Machine {
                id: one.id.clone(),
                title: one.title.clone(),
                address: one.endpoint.address()?,
            })
        });
        reader.machines = machines.collect();
    }
    let everywhere = [Window {
        run: None,
        from,
        to: until,
    }];
    let questions: Vec<PracticeQuestion> =
        file.question.iter().map(|it| reader.question(it)).collect();
    let probes = file.probe.iter().map(|it| reader.probe(it)).collect();
    let criteria: Vec<Criterion> = { file.criterion.iter() }
        .filter_map(|it| reader.criterion(it, &everywhere, &questions))
        .collect();
    for (index, criterion) in criteria.iter().enumerate() {
        if criteria[..index].iter().any(|it| it.id == criterion.id) {
            reader
                .problems
                .add(format!("two criteria are called {}", quoted(&criterion.id)));
        }
    }
    let answers: Vec<StoredAnswer> = { file.answer.iter() }
        .map(|it| reader.answer(it, &criteria))
        .collect();
    let hints = file.hints.iter().map(|hint| reader.line(hint)).collect();
    let places = file.place.into_iter().map(|place| Place {
        id: place.id,
        name: place.name,
        at: Coordinates {
            latitude: place.latitude,
            longitude: place.longitude,
        },
        latency_ms: place.latency.into_iter().collect(),
    });
    let places = places.collect();
    let (brief, model) = passages(folder, text, &mut found);
    found.extend(reader.problems.into_found());
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Problem {
        outline: Arc::new(ProblemOutline {
            id: file.id.text,
            title: file.title,
            summary: file.summary,
            difficulty: file.difficulty,
            minutes: file.minutes,
        }),
        origin: file.origin,
        head: file.head,
        users: file.users,
        zero: file.zero,
        from,
        until,
        asks: file.asks,
        machines: reader.machines,
        places,
        start: file.start,
        questions,
        runs,
        probes,
        criteria,
        answers,
        hints,
        brief,
        model,
    })
}

/// Reads `text.md`.
fn passages(
    folder: &str,
    text: &str,
    found: &mut Vec<LessonError>,
) -> (Vec<Passage>, Vec<Passage>) {
    let mut problems = Problems::new(&format!("practice/{folder}/text.md"), text);
    let known = Known {
        knobs: &[],
        measures: &[],
    };
    let sections = parse_sections(text, known, &mut problems);
    for section in &sections {
        let id = section.id.as_str();
        if !BRIEF.contains(&id) && !MODEL.contains(&id) {
            let problem = format!(
                "{id} is no passage of a problem: there are {} and {}",
                BRIEF.join(", "),
                MODEL.join(", "),
                id = quoted(id)
            );
            problems.add_at(section.offset, problem);
        }
    }
    for section in &sections {
        if !section.why.is_empty() || !section.after.is_empty() {
            problems.add_at(section.offset, "a passage has no `---`: all of it is shown");
        }
    }
    let mut take = |ids: &[&str]| -> Vec<Passage> {
        let passages = ids.iter().filter_map(|id| {
            let section = sections.iter().find(|section| section.id == *id);
            if section.is_none() {
                problems.add(format!("the text lacks a passage: add `## … {{#{id}}}`"));
            }
            section.map(passage)
        });
        passages.collect()
    };
    let both = (take(&BRIEF), take(&MODEL));
    found.extend(problems.into_found());
    both
}

/// A section as a passage.
fn passage(section: &Section) -> Passage {
    Passage {
        id: section.id.clone(),
        title: section.title.clone(),
        text: section.text.clone(),
    }
}

/// Reads parts of a problem and notes what is wrong with them.
struct Reader<'a> {
    /// The name of its folder.
    folder: &'a str,
    /// The machines there are.
    machines: Vec<Machine>,
    /// The ids of the runs.
    run_ids: Vec<String>,
    /// What is wrong with `problem.toml`.
    problems: Problems<'a>,
}

impl Reader<'_> {
    /// Takes a value, or notes why there is none.
    fn take<T>(&mut self, at: &Located, result: Result<T, String>) -> Option<T> {
        result
            .map_err(|problem| self.problems.add_at(at.offset, problem))
            .ok()
    }

    /// Checks what stands at the head of the file.
    fn check_head(&mut self, file: &ProblemFile) {
        if file.format != 1 {
            self.problems.add(format!(
                "format {} is unknown: write format = 1",
                file.format
            ));
        }
        if self.folder.replace('_', "-") != file.id.text {
            let problem = format!("the folder {} and the id disagree", quoted(self.folder));
            self.problems.add_at(file.id.offset, problem);
        }
        self.take(&file.id, crate::scenario::check_id(&file.id.text));
        if file.hints.len() != 4 {
            self.problems.add(
                "write four hints: a question, where to look, the idea and the answer".to_owned(),
            );
        }
    }

    /// Reads a moment.
    fn moment(&mut self, text: &Located) -> Moment {
        let moment = Moment::parse(&text.text);
        self.take(text, moment).unwrap_or_default()
    }

    /// Reads a line of Markdown.
    fn line(&mut self, text: &Located) -> Vec<Inline> {
        let known = Known {
            knobs: &[],
            measures: &[],
        };
        parse_line(&text.text, known, text.offset, &mut self.problems)
    }

    /// Reads a run and its crowd.
    fn run(
        &mut self,
        file: &RunFile,
        crowds: &BTreeMap<String, String>,
        seconds: f64,
        found: &mut Vec<LessonError>,
    ) -> Option<Run> {
        let id = &file.id.text;
        let Some(text) = crowds.get(id) else {
            let problem = format!("there is no crowd `{id}.toml` beside this file");
            self.problems.add_at(file.id.offset, problem);
            return None;
        };
        let source = match CrowdSource::parse(id, text) {
            Ok(source) => source,
            Err(errors) => {
                found.extend(errors.into_iter().map(|error| LessonError {
                    file: format!("practice/{}/{id}.toml", self.folder),
                    line: error.line,
                    problem: error.problem,
                }));
                return None;
            }
        };
        if (source.base.duration.as_secs_f64() - seconds).abs() > 0.5 {
            let problem = "the crowd is watched for another time than from `from` to `until`";
            self.problems.add_at(file.id.offset, problem);
        }
        let shift = file.shift.as_ref().and_then(|text| {
            let span = parse_span(&text.text);
            self.take(text, span)
        });
        Some(Run {
            id: id.clone(),
            title: file.title.clone(),
            is_hidden: file.hidden,
            crowd: source.base,
            seed: source.seed,
            shift: shift.unwrap_or_default(),
        })
    }

    /// Reads a question.
    fn question(&mut self, file: &QuestionFile) -> PracticeQuestion {
        let options: Vec<PracticeOption> = { file.options.iter() }
            .map(|option| PracticeOption {
                id: option.id.clone(),
                text: self.line(&option.text),
                is_correct: option.correct,
                reason: option.reason.clone(),
            })
            .collect();
        if options.iter().filter(|option| option.is_correct).count() != 1 {
            let problem = "exactly one option must be correct";
            self.problems.add_at(file.question.offset, problem);
        }
        PracticeQuestion {
            id: file.id.clone(),
            question: self.line(&file.question),
            options,
        }
    }

    /// Reads a probe.
    fn probe(&mut self, file: &ProbeFile) -> Probe {
        let to = file.to.iter().filter_map(|id| {
            let address = address(&self.machines, &id.text);
            self.take(id, address)
        });
        let to = to.collect();
        let told = file.told.as_ref().and_then(|text| {
            let network = text.text.parse();
            let wrong = |_| format!("{} is no network: write 192.0.2.0/24", quoted(&text.text));
            self.take(text, network.map_err(wrong))
        });
        Probe {
            to,
            title: file.title.clone(),
            resolver: file.resolver,
            told,
            wanted: file.wanted.clone(),
            is_hidden: file.hidden,
        }
    }

    /// Reads a criterion.
    fn criterion(
        &mut self,
        file: &CriterionFile,
        everywhere: &[Window],
        questions: &[PracticeQuestion],
    ) -> Option<Criterion> {
        let windows: Vec<Window> = if file.windows.is_empty() {
            everywhere.to_vec()
        } else {
            file.windows.iter().map(|it| self.window(it)).collect()
        };
        let check = self.check(file, windows, questions);
        let check = self.take(&file.check, check)?;
        let causes = file.cause.iter().filter_map(|it| self.cause(it)).collect();
        Some(Criterion {
            id: file.id.text.clone(),
            title: file.title.clone(),
            check,
            good: file.good.clone(),
            bad: Remark {
                text: file.bad.clone(),
                belief: file.belief.clone(),
            },
            causes,
        })
    }

    /// Reads how a criterion is found out.
    fn check(
        &mut self,
        file: &CriterionFile,
        windows: Vec<Window>,
        questions: &[PracticeQuestion],
    ) -> Result<Check, String> {
        let most = file
            .most
            .filter(|most| most.is_finite() && *most >= 0.0)
            .ok_or_else(|| "say how much is allowed: `most = 0.05`".to_owned());
        let share = |of, most| Check::Share {
            of,
            is_mean: file.mean,
            most,
            windows: windows.clone(),
        };
        let words: Vec<&str> = file.check.text.split_whitespace().collect();
        Ok(match words.as_slice() {
            ["users", "name"] => Check::UsersName,
            ["probes"] => Check::Probes,
            ["share", "to", id] => share(ShareOf::To(address(&self.machines, id)?), most?),
            ["share", "dead"] => share(ShareOf::Dead, most?),
            ["share", "unresolved"] => share(ShareOf::Unresolved, most?),
            ["share", "lost"] => share(ShareOf::Lost, most?),
            ["queries"] => {
                let unit = file.per.as_ref().map_or("day", |per| per.text.as_str());
                let per = match unit {
                    "minute" => 60.0,
                    "hour" => 3600.0,
                    "day" => 86_400.0,
                    _ => {
                        return Err(format!(
                            "{unit}: write minute, hour or day",
                            unit = quoted(unit)
                        ));
                    }
                };
                Check::Queries {
                    most: most?,
                    per,
                    unit: unit.to_owned(),
                    windows,
                }
            }
            ["choice", id] if questions.iter().any(|it| it.id == *id) => {
                Check::Choice((*id).to_owned())
            }
            ["choice", id] => {
                return Err(format!("there is no [[question]] {id}", id = quoted(id)));
            }
            ["stopped", id] => {
                let by = file.by.as_ref().map(|by| self.moment(by));
                Check::Stopped {
                    address: address(&self.machines, id)?,
                    by: by.ok_or_else(|| "say until when: `by = \"+48h\"`".to_owned())?,
                }
            }
            _ => {
                return Err(format!(
                    "{} is no check: write users name, share to ID, share dead, share \
                     unresolved, share lost, queries, probes, choice ID or stopped ID",
                    quoted(&file.check.text)
                ));
            }
        })
    }

    /// Reads a window.
    fn window(&mut self, file: &WindowFile) -> Window {
        let run = file.run.as_ref().and_then(|id| {
            let index = self.run_ids.iter().position(|it| *it == id.text);
            self.take(
                id,
                index.ok_or_else(|| format!("there is no [[run]] {}", quoted(&id.text))),
            )
        });
        Window {
            run,
            from: self.moment(&file.from),
            to: self.moment(&file.to),
        }
    }

    /// Reads a cause.
    fn cause(&mut self, file: &CauseFile) -> Option<KnownCause> {
        let when = Cause::parse(&file.when.text, |id| address(&self.machines, id));
        Some(KnownCause {
            id: file.id.clone(),
            when: self.take(&file.when, when)?,
            remark: Remark {
                text: file.say.clone(),
                belief: file.belief.clone(),
            },
        })
    }

    /// Reads a stored answer.
    fn answer(&mut self, file: &AnswerFile, criteria: &[Criterion]) -> StoredAnswer {
        let mut fails = Vec::new();
        for text in &file.fails {
            let (id, cause) = text.text.split_once(':').unwrap_or((&text.text, ""));
            let (id, cause) = (id.trim(), cause.trim());
            let criterion = criteria.iter().find(|it| it.id == id);
            let is_known = criterion
                .is_some_and(|it| cause.is_empty() || it.causes.iter().any(|it| it.id == cause));
            if !is_known {
                let problem = format!(
                    "there is no criterion {id} with a cause {cause}",
                    id = quoted(id),
                    cause = quoted(cause)
                );
                self.problems.add_at(text.offset, problem);
            }
            fails.push((id.to_owned(), cause.to_owned()));
        }
        StoredAnswer {
            title: file.title.clone(),
            about: file.about.clone(),
            answer: file.answer.clone(),
            fails,
            may_fail: file.may_fail.iter().map(|it| it.text.clone()).collect(),
        }
    }
}

/// The address of the machine with an id.
fn address(machines: &[Machine], id: &str) -> Result<IpAddr, String> {
    let found = machines.iter().find(|machine| machine.id == id);
    found.map(|machine| machine.address).ok_or_else(|| {
        let known: Vec<&str> = machines.iter().map(|it| it.id.as_str()).collect();
        format!(
            "there is no endpoint {id}; there is {}",
            known.join(", "),
            id = quoted(id)
        )
    })
}
