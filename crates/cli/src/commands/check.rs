//! `ambit check`: the gate. Reads the files again, compares with the lock and with what was decided.

use ambit_analysis::{Asked, check, loosened};
use ambit_catalog::Catalog;
use ambit_discovery::{LOCKED, Settings};
use ambit_model::stated::{Date, Model};
use ambit_model::{Failure, FailureKind, Inventory, Lock, Severity, Verdict};
use ambit_report::verdict::Format;

use super::project::{Project, assess, locked, measure};
use super::{options, rules};
use crate::arguments::{CheckArguments, Global};
use crate::terminal;

pub(crate) fn run(arguments: &CheckArguments, global: &Global) -> anyhow::Result<bool> {
    let catalog = Catalog::compiled()?;
    let project = Project::open(&arguments.root)?;
    let today = arguments.today.clone().or_else(terminal::today);
    let head = project.stated()?.model;
    let lock = project.locked()?;
    let inventory = project.inventory(&catalog)?;
    let before = lock.as_ref().map(|(lock, _)| lock);
    let mut assessment = measure(inventory.clone(), &head, &catalog, (today.as_ref(), before));
    let asked =
        Asked { fail_on: arguments.fail_on.map(Severity::from), count_possible: arguments.count_possible };
    let mut verdict = check(&assessment, before, &head, &asked);
    if verdict.failures.iter().any(|it| it.severity.is_some()) || arguments.format == Format::Sarif {
        // Who must do something about findings is told what would stop them.
        assessment = assess(inventory.clone(), &head, &catalog, (today.as_ref(), before));
        verdict = check(&assessment, before, &head, &asked);
    }
    verdict.today = today.as_ref().map(Date::to_string);
    if let Some(name) = &arguments.base {
        let base = Base { name, head: &head, today: today.as_ref(), asked: &asked };
        base.judge(&project, &catalog, inventory, &mut verdict)?;
    }
    if let Some(failure) =
        lock.as_ref().filter(|_| arguments.locked).and_then(|(_, text)| stale(text, &Lock::of(&assessment)))
    {
        verdict.failures.push(failure);
    } else if arguments.locked && lock.is_none() {
        verdict.failures.push(no_lock());
    }
    verdict.sort();
    let rules = rules();
    let options = options(global, (arguments.output.is_some(), arguments.all), &rules, &catalog);
    let mut bytes = Vec::new();
    ambit_report::verdict::write(&verdict, &assessment, arguments.format, &options, &mut bytes)?;
    terminal::write(arguments.output.as_deref(), &bytes)?;
    Ok(!verdict.passes())
}

/// The state that the change starts from, and whose gate it has to pass.
struct Base<'a> {
    name: &'a str,
    head: &'a Model,
    today: Option<&'a Date>,
    asked: &'a Asked,
}

impl Base<'_> {
    /// Adds what fails the gate of the base: its thresholds, boundaries, controls and duties, over the facts and decisions
    /// of the change; and what the change loosens of them.
    fn judge(
        &self,
        project: &Project,
        catalog: &Catalog,
        inventory: Inventory,
        verdict: &mut Verdict,
    ) -> anyhow::Result<()> {
        let revision = project.revision(self.name)?;
        let base = project.stated_in(&revision)?.model;
        let lock = if let Some((lock, _)) = locked(&revision, LOCKED)? {
            lock
        } else {
            let settings = Settings { root: self.name.to_owned(), home: false, ..Settings::default() };
            let was = crate::reading::read(&revision, catalog, &settings);
            Lock::of(&measure(was, &base, catalog, (None, None)))
        };
        let judge = Model {
            never: base.never.clone(),
            controls: base.controls.clone(),
            tiers: base.tiers.clone(),
            check: base.check.clone(),
            ..self.head.clone()
        };
        let declared = inventory.clone();
        let assessment = measure(inventory, &judge, catalog, (self.today, Some(&lock)));
        // Only what the change itself must answer for: thresholds named on the command line hold for both.
        let own = check(&assessment, Some(&lock), &judge, self.asked).failures;
        let known: Vec<(FailureKind, String)> =
            verdict.failures.iter().map(|it| (it.kind, it.about.clone())).collect();
        let new = own.into_iter().filter(|it| !known.contains(&(it.kind, it.about.clone())));
        verdict.failures.extend(new.map(|it| Failure { by_base: true, ..it }));
        let there = || {
            let declared = ambit_analysis::connect(declared.clone(), catalog).assets;
            declared.into_keys().chain(lock.assets.keys().cloned()).collect()
        };
        verdict.failures.extend(loosened(&base, self.head, self.today, &there));
        Ok(())
    }
}

fn stale(text: &str, now: &Lock) -> Option<Failure> {
    (text != now.write()).then(|| Failure {
        kind: FailureKind::StaleLock,
        about: LOCKED.to_owned(),
        severity: None,
        message: format!("`{LOCKED}` is not what the files say"),
        help: "write it anew with `ambit lock`, and look at the lines that change".to_owned(),
        places: vec![ambit_model::Place::start(LOCKED)],
        by_base: false,
    })
}

fn no_lock() -> Failure {
    Failure {
        kind: FailureKind::StaleLock,
        about: LOCKED.to_owned(),
        severity: None,
        message: format!("there is no `{LOCKED}`"),
        help: "write it with `ambit lock`, and commit it".to_owned(),
        places: Vec::new(),
        by_base: false,
    }
}
