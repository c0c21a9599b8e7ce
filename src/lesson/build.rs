//! From the raw shape of a lesson to the checked one.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use super::super::act::parse_rtype;
use super::super::error::Problems;
use super::super::goal::parse_number;
use super::super::knob::KnobFile;
use super::super::markdown::{Known, Section, parse_line, parse_rfc, parse_sections};
use super::super::{
    Act, Choice, Condition, Goal, Inline, Lesson, LessonError, Predict, SolutionMove, Step,
    StepAction, View,
};
use super::{FindCrowd, GoalFile, LessonFile, QuestionFile, StepFile, Text};
use crate::dns::{Question, quoted};
use crate::engine::{Intervention, Trace, World};
use crate::scenario::crowd::CrowdSource;
use crate::scenario::{Knob, Measure, WorldError, WorldSource, parse_question};

/// The fewest and the most options of a question.
const OPTIONS: std::ops::RangeInclusive<usize> = 3..=4;

/// Builds a lesson in the world it names, or says everything that is wrong with it.
pub(super) fn build(
    world: Result<Arc<WorldSource>, Vec<WorldError>>,
    find_crowd: &FindCrowd<'_>,
    folder: &str,
    file: LessonFile,
    toml: &str,
    text: &str,
) -> Result<Lesson, Vec<LessonError>> {
    let mut problems = Problems::new(&format!("{folder}/lesson.toml"), toml);
    if file.format != 1 {
        problems.add(format!(
            "format {} is unknown: write format = 1",
            file.format
        ));
    }
    let source = match world {
        Ok(source) => source,
        Err(errors) => {
            for error in errors {
                problems.add_at(file.world.offset, error.to_string());
            }
            return Err(problems.into_found());
        }
    };
    let mut builder = Builder {
        world: source.build(file.seed),
        crowds: Vec::new(),
        knobs: Vec::new(),
        knob_ids: file.knob.iter().map(|knob| knob.id.text.clone()).collect(),
        measure_ids: file
            .measure
            .iter()
            .map(|measure| measure.id.text.clone())
            .collect(),
        crowd_figures: Vec::new(),
        problems,
    };
    builder.check_id(folder, &file.id);
    builder.read_knobs(&file.knob);
    builder.find_crowds(&file, find_crowd);
    let measures = builder.measures(&file);
    for (id, measure) in &measures {
        if matches!(measure.measure, Measure::Crowd { .. }) && measure.knobs.is_empty() {
            builder.crowd_figures.push(id.clone());
        }
    }
    let rfc = file
        .rfc
        .iter()
        .filter_map(|rfc| builder.read(rfc, parse_rfc))
        .collect();
    let (takeaway, speak) = (builder.line(&file.takeaway), builder.line(&file.speak));
    let reviews = file
        .review
        .iter()
        .map(|review| builder.question_card(review))
        .collect();

    let mut in_text = Problems::new(&format!("{folder}/text.md"), text);
    let known = Known {
        knobs: &builder.knob_ids,
        measures: &builder.measure_ids,
    };
    let mut sections = parse_sections(text, known, &mut in_text);
    let mut steps: Vec<Step> = Vec::new();
    for step in &file.step {
        let wanted = &step.id.text;
        match sections.iter().position(|section| section.id == *wanted) {
            Some(index) => {
                let section = sections.remove(index);
                if index > 0 {
                    in_text.add_at(
                        section.offset,
                        format!("{wanted} is not in its turn here", wanted = quoted(wanted)),
                    );
                }
                steps.extend(builder.step(step, section));
            }
            None => builder.problem(
                &step.id,
                format!("the text has no heading for this step: add `## … {{#{wanted}}}`"),
            ),
        }
    }
    for section in sections {
        let problem = format!(
            "no [[step]] has the id {}: add one or drop the text",
            quoted(&section.id)
        );
        in_text.add_at(section.offset, problem);
    }
    if file.step.is_empty() {
        builder.problems.add("a lesson needs at least one [[step]]");
    }
    let mut found = builder.problems.into_found();
    found.extend(in_text.into_found());
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Lesson {
        id: file.id.text,
        title: file.title,
        summary: file.summary,
        minutes: file.minutes,
        world: file.world.text,
        seed: file.seed,
        covers: file.covers,
        knobs: builder.knobs,
        measures,
        steps,
        reviews,
        takeaway,
        speak,
        rfc,
        source,
        crowds: builder.crowds,
    })
}

/// What is known while a lesson is built.
struct Builder<'a> {
    /// The world at its start, to try things on.
    world: World,
    /// The crowds its steps are about.
    crowds: Vec<Arc<CrowdSource>>,
    /// The knobs that are sound.
    knobs: Vec<Knob>,
    /// The ids of all knobs.
    knob_ids: Vec<String>,
    /// The ids of all measures.
    measure_ids: Vec<String>,
    /// The ids of those that are read off a run with the learner's knobs.
    crowd_figures: Vec<String>,
    /// What is wrong with `lesson.toml`.
    problems: Problems<'a>,
}

impl Builder<'_> {
    /// Notes a problem at a piece of text.
    fn problem(&mut self, at: &Text, problem: impl Into<String>) {
        self.problems.add_at(at.offset, problem);
    }

    /// Reads a piece of text, or notes why it cannot be read.
    fn read<T>(&mut self, text: &Text, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match parse(&text.text) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problem(text, problem);
                None
            }
        }
    }

    /// Reads a line of Markdown.
    fn line(&mut self, text: &Text) -> Vec<Inline> {
        let known = Known {
            knobs: &self.knob_ids,
            measures: &self.measure_ids,
        };
        parse_line(&text.text, known, text.offset, &mut self.problems)
    }

    /// Checks that a lesson's id agrees with its folder: `first-lookup` in `01_first_lookup`.
    fn check_id(&mut self, folder: &str, id: &Text) {
        let (_, name) = folder.split_once('_').unwrap_or(("", folder));
        if name.replace('_', "-") != *id.text {
            self.problem(
                id,
                format!(
                    "the folder {folder} and the id disagree",
                    folder = quoted(folder)
                ),
            );
        }
        self.read(id, crate::scenario::check_id);
    }

    /// Reads the knobs and tries them on the world.
    fn read_knobs(&mut self, files: &[KnobFile]) {
        for file in files {
            let knob = match file.parse() {
                Ok(knob) => knob,
                Err(problem) => {
                    self.problem(&file.id, problem);
                    continue;
                }
            };
            if let Err(error) = knob.apply(&mut self.world.clone(), knob.start) {
                self.problem(&file.id, error.to_string());
            }
            if self.knobs.iter().any(|other| other.id == knob.id) {
                self.problem(&file.id, "two knobs have this id");
            }
            self.knobs.push(knob);
        }
    }

    /// Finds the crowds of the steps. Their knobs join those of the lesson; one with the id of a
    /// knob that is there already moves with it.
    fn find_crowds(&mut self, file: &LessonFile, find: &FindCrowd<'_>) {
        for text in file.step.iter().filter_map(|step| step.crowd.as_ref()) {
            if self.crowds.iter().any(|crowd| crowd.id == text.text) {
                continue;
            }
            match find(&text.text) {
                Ok(crowd) => {
                    for knob in &crowd.knobs {
                        if !self.knob_ids.contains(&knob.id) {
                            self.knob_ids.push(knob.id.clone());
                            self.knobs.push(knob.clone());
                        }
                    }
                    self.crowds.push(crowd);
                }
                Err(errors) => {
                    for error in errors {
                        self.problem(text, error.to_string());
                    }
                }
            }
        }
    }

    /// Reads the measures.
    fn measures(&mut self, file: &LessonFile) -> IndexMap<String, super::super::LessonMeasure> {
        let mut measures = IndexMap::new();
        for measure in &file.measure {
            for machine in measure.machines() {
                if self.world.find(machine).is_none() {
                    self.problem(
                        &measure.id,
                        format!(
                            "there is no machine called {machine}",
                            machine = quoted(machine)
                        ),
                    );
                }
            }
            for id in measure.knobs.keys() {
                self.check_knob(&measure.id, id);
            }
            let divisor = measure.over.as_ref().map(|over| {
                file.measure
                    .iter()
                    .find(|m| m.id.text == *over && m.over.is_none())
            });
            if divisor.is_some_and(|divisor| divisor.is_none()) {
                self.problem(
                    &measure.id,
                    "`over` names no measure that is whole by itself",
                );
            }
            match measure.parse(&self.crowds) {
                Ok(parsed) => {
                    if measures.insert(measure.id.text.clone(), parsed).is_some() {
                        self.problem(&measure.id, "two measures have this id");
                    }
                }
                Err(problem) => self.problem(&measure.id, problem),
            }
        }
        measures
    }

    /// Notes a problem if there is no such figure of a crowd.
    fn check_crowd_figure(&mut self, at: &Text, id: &str) {
        if !self.crowd_figures.iter().any(|known| known == id) {
            let problem = format!(
                "{id} is no [[measure]] of kind `crowd` without knobs",
                id = quoted(id)
            );
            self.problem(at, problem);
        }
    }

    /// Splits acts from the word `run`, which is about the crowd.
    fn split_run<'t>(&mut self, step: &StepFile, texts: &'t [Text]) -> (Vec<&'t Text>, bool) {
        let (runs, acts): (Vec<&Text>, Vec<&Text>) =
            texts.iter().partition(|text| text.text == "run");
        if let (Some(at), None) = (runs.first(), &step.crowd) {
            self.problem(at, "there is nothing to run: name a `crowd` in this step");
        }
        (acts, !runs.is_empty())
    }

    /// Notes a problem if there is no such knob.
    fn check_knob(&mut self, at: &Text, id: &str) {
        if !self.knob_ids.iter().any(|known| known == id) {
            self.problem(at, format!("there is no knob {id}", id = quoted(id)));
        }
    }

    /// Reads a question with options.
    fn question_card(&mut self, file: &QuestionFile) -> Predict {
        let question = self.line(&file.question);
        let options: Vec<Choice> = { file.options.iter() }
            .map(|option| Choice {
                text: self.line(&option.text),
                is_correct: option.correct,
                reason: self.line(&option.reason),
            })
            .collect();
        if !OPTIONS.contains(&options.len()) {
            self.problem(&file.question, "write three or four options");
        }
        if options.iter().filter(|option| option.is_correct).count() != 1 {
            self.problem(
                &file.question,
                "mark exactly one option with correct = true",
            );
        }
        Predict { question, options }
    }

    /// Reads acts and tries them one after the other on `world`, which they change.
    fn acts<'t>(
        &mut self,
        files: impl IntoIterator<Item = &'t Text>,
        world: &mut World,
    ) -> Vec<Act> {
        files
            .into_iter()
            .filter_map(|text| self.act(text, world))
            .collect()
    }

    /// Reads an act and tries it on `world`.
    fn act(&mut self, text: &Text, world: &mut World) -> Option<Act> {
        let act = self.read(text, Act::parse)?;
        if let Err(error) = world.apply(&act.intervention, &mut Trace::silent()) {
            self.problem(text, error.to_string());
        }
        Some(act)
    }

    /// Reads a goal.
    fn goal(&mut self, file: &GoalFile) -> Goal {
        let conditions: Vec<Condition> = file
            .all
            .iter()
            .filter_map(|text| self.read(text, Condition::parse))
            .collect();
        for condition in &conditions {
            match condition {
                Condition::Knob { id, .. } => self.check_knob(&file.text, id),
                Condition::Figure { id, .. } => self.check_crowd_figure(&file.text, id),
                _ => {}
            }
        }
        if file.all.is_empty() {
            self.problem(&file.text, "a goal needs at least one condition in `all`");
        }
        Goal {
            text: self.line(&file.text),
            conditions,
        }
    }

    /// Reads a move of the solution.
    fn solution_move(&mut self, text: &Text, world: &mut World) -> Option<SolutionMove> {
        let words: Vec<&str> = text.text.split_whitespace().collect();
        match words.as_slice() {
            ["predict"] => Some(SolutionMove::Predict),
            ["press"] => Some(SolutionMove::Press),
            ["run"] => Some(SolutionMove::Run),
            ["knob", id, value] => {
                self.check_knob(text, id);
                let (id, value) = ((*id).to_owned(), (*value).to_owned());
                let value = self.read(text, |_| parse_number(&value))?;
                Some(SolutionMove::Knob { id, value })
            }
            _ => self.act(text, world).map(SolutionMove::Act),
        }
    }

    /// Reads a step. `None` if its client or question is at fault.
    fn step(&mut self, file: &StepFile, section: Section) -> Option<Step> {
        let view = file.view.as_ref().and_then(|view| {
            self.read(view, |view| match view {
                "hierarchy" => Ok(View::Hierarchy),
                "map" => Ok(View::Map),
                "sequence" => Ok(View::Sequence),
                "population" => Ok(View::Population),
                other => Err(format!(
                    "{other} is no view: write hierarchy, sequence, map or population",
                    other = quoted(other)
                )),
            })
        });
        for knob in &file.knobs {
            self.check_knob(knob, &knob.text);
        }
        let values: BTreeMap<String, f64> = file.knob_start.clone();
        for id in values.keys() {
            self.check_knob(&file.id, id);
        }
        if file.predict.is_none() && !file.run.is_empty() {
            self.problem(&file.id, "`run` follows a prediction: add [step.predict]");
        }
        // Button, run and solution all begin where the opening ends.
        let mut opened = self.world.clone();
        let opening = self.acts(&file.opening, &mut opened);
        let records = { file.records.iter() }
            .filter_map(|text| self.read(text, parse_rtype))
            .collect();
        let action = file.action.as_ref().map(|action| {
            let (acts, runs_crowd) = self.split_run(file, &action.acts);
            StepAction {
                label: action.label.clone(),
                acts: self.acts(acts, &mut opened.clone()),
                runs_crowd,
            }
        });
        let predict = file
            .predict
            .as_ref()
            .map(|predict| self.question_card(predict));
        let (run, runs_crowd) = self.split_run(file, &file.run);
        let run = self.acts(run, &mut opened.clone());
        let goal = self.goal(&file.goal);
        let hints = file.hints.iter().map(|hint| self.line(hint)).collect();
        let mut world = opened.clone();
        let moves = file
            .solution
            .iter()
            .filter_map(|text| self.solution_move(text, &mut world));
        let solution = moves.collect();
        let question = self.read(&file.question, parse_question)?;
        let client = self.client(&file.client, &question)?;
        Some(Step {
            id: section.id,
            title: section.title,
            text: section.text,
            why: section.why,
            after: section.after,
            view: view.unwrap_or_default(),
            crowd: file.crowd.as_ref().map(|crowd| crowd.text.clone()),
            runs_crowd,
            client,
            question,
            opening,
            knobs: file.knobs.iter().map(|knob| knob.text.clone()).collect(),
            knob_start: values,
            records,
            action,
            predict,
            run,
            goal,
            hints,
            solution,
        })
    }

    /// The client of a step, which must be able to ask.
    fn client(&mut self, text: &Text, question: &Question) -> Option<String> {
        let client = text.text.clone();
        let ask = Intervention::ask(&client, question.clone());
        match self.world.clone().apply(&ask, &mut Trace::silent()) {
            Ok(()) => Some(client),
            Err(error) => {
                self.problem(text, error.to_string());
                None
            }
        }
    }
}
