//! Servers that the user named: shows what asking them takes, has it agreed to, and keeps the answers.

use ambit_catalog::Catalog;
use ambit_connect::{Answer, Limits, Oauth, Options, Plan, Wish};
use ambit_discovery::{Disk, Settings, declared};
use anyhow::bail;

use crate::arguments::Scan;
use crate::arguments::live::{Live, Sandbox};
use crate::terminal;

/// `settings` with the answers of the servers that `--connect` names.
pub(crate) fn asked(
    arguments: &Scan,
    source: &Disk,
    mut settings: Settings,
    catalog: &Catalog,
) -> anyhow::Result<Settings> {
    if arguments.connect.is_empty() {
        if arguments.live.save.is_some() {
            bail!("there is no answer to save (expected `--connect NAME`)");
        }
        return Ok(settings);
    }
    if arguments.live.save.is_some() && arguments.connect.len() > 1 {
        bail!("one file holds the answer of one server (expected a single `--connect` beside `--save`)");
    }
    let inventory = crate::reading::read(source, catalog, &settings);
    let (surroundings, options) = (terminal::surroundings()?, options(&arguments.live)?);
    for name in &arguments.connect {
        let entry = declared::find(source, &inventory, name)?;
        let project = source.folder(&entry.at).unwrap_or_else(|| surroundings.folder.clone());
        let project = std::path::absolute(surroundings.folder.join(project))?;
        let plan = tell(Plan::of_entry(&entry, &project, (&surroundings, &options), catalog))?;
        let answer = ask(&plan, &options.limits, &arguments.live)?;
        let path = format!("--connect:{}", entry.name);
        settings.answers.push(ambit_discovery::Answer { key: entry.key, path, text: answer.record() });
    }
    Ok(settings)
}

/// What the arguments ask for.
pub(crate) fn options(live: &Live) -> anyhow::Result<Options> {
    let seconds = |it: u16| std::time::Duration::from_secs(it.into());
    let usual = Limits::default();
    let limits = Limits {
        start: live.start_limit.map_or(usual.start, seconds),
        request: live.request_limit.map_or(usual.request, seconds),
        whole: live.time_limit.map_or(usual.whole, seconds),
        ..usual
    };
    let mut environment = Vec::new();
    for text in &live.env {
        let (name, value) = text.split_once('=').map_or((text.as_str(), None), |(name, it)| (name, Some(it)));
        if name.is_empty() || name.contains('\0') || value.is_some_and(|it| it.contains('\0')) {
            bail!("`{text}` is no variable (expected `NAME` or `NAME=VALUE`)");
        }
        environment.push((name.to_owned(), value.map(str::to_owned)));
    }
    Ok(Options {
        limits,
        sandbox: match live.sandbox {
            Sandbox::Auto => Wish::Auto,
            Sandbox::Require => Wish::Require,
            Sandbox::Off => Wish::Off,
        },
        network: live.allow_network,
        environment,
        inputs: live.input.iter().cloned().collect(),
        bearer_from: live.bearer_env.clone(),
        oauth: live.oauth.then(|| Oauth { client: live.oauth_client.clone() }),
        plaintext: live.allow_plaintext,
        proxies: live.use_proxy,
    })
}

/// Shows `plan`, has it agreed to, asks, and keeps the answer where it is to be kept.
pub(crate) fn ask(plan: &Plan, limits: &Limits, live: &Live) -> anyhow::Result<Answer> {
    if let Some(path) = &live.save {
        terminal::may_save(path, live.force)?;
    }
    plan.shown().iter().for_each(|it| terminal::note(it));
    if !live.yes {
        terminal::agree(plan.question())?;
    }
    let sign_in = |page: &str| {
        terminal::note("open this page in your browser and sign in there:");
        terminal::note(page);
    };
    let answer = ambit_connect::ask(plan, limits, &sign_in).map_err(|it| {
        complaints(live, &it.complaints);
        helped(it.error)
    })?;
    complaints(live, answer.complaints());
    answer.notes().iter().for_each(|it| terminal::note(&format!("note: {it}")));
    if let Some(path) = &live.save {
        terminal::save(path, answer.record().as_bytes(), live.force)?;
    }
    Ok(answer)
}

/// A plan, or why there is none and what to do about it.
pub(crate) fn tell<T>(planned: Result<T, ambit_connect::Error>) -> anyhow::Result<T> {
    planned.map_err(helped)
}

fn helped(error: ambit_connect::Error) -> anyhow::Error {
    match error.help() {
        Some(help) => anyhow::Error::new(error).context(terminal::Help(help)),
        None => error.into(),
    }
}

fn complaints(live: &Live, text: &str) {
    if !live.show_stderr {
        return;
    }
    if text.is_empty() {
        terminal::note("it wrote nothing to its standard error");
    } else {
        terminal::note("the end of what it wrote to its standard error:");
        text.lines().for_each(|it| terminal::note(&format!("  {it}")));
    }
}
