//! `ambit tools`: asks one server for what it offers, and lists that. Calls none of it.

use ambit_connect::Plan;
use ambit_discovery::additions::{Start, server};
use ambit_discovery::{Memory, Settings};
use ambit_model::Place;
use anyhow::{Context, bail};

use super::live::{ask, options as wishes, tell};
use super::{options, rules};
use crate::arguments::Global;
use crate::arguments::live::{Listing, Tools};
use crate::terminal;

/// Where the words of the command line are said to stand.
const COMMAND_LINE: &str = "--tools";

pub(crate) fn run(arguments: &Tools, global: &Global) -> anyhow::Result<bool> {
    let catalog = ambit_catalog::Catalog::compiled()?;
    let (surroundings, wishes) = (terminal::surroundings()?, wishes(&arguments.live)?);
    let address = match arguments.words.as_slice() {
        [only] if only.contains("://") => Some(only.as_str()),
        _ => None,
    };
    let start = address.map_or(Start::Words(&arguments.words), Start::Url);
    let (mut facts, _) = server(start, "", &Place::start(COMMAND_LINE), &catalog)?;
    if let Some(name) = &arguments.name {
        facts.name.clone_from(name);
    }
    let ground = (&surroundings, &wishes);
    let plan = tell(match address {
        Some(url) => Plan::of_url(&facts.name, url, ground, &catalog),
        None => Plan::of_words(&facts.name, &arguments.words, ground, &catalog),
    })?;
    let answer = ask(&plan, &wishes.limits, &arguments.live)?;
    if arguments.format == Listing::Json {
        terminal::write(None, answer.record().as_bytes())?;
        return Ok(false);
    }
    let said = ambit_discovery::Answer {
        key: facts.key.clone(),
        path: format!("{COMMAND_LINE}:{}", facts.name),
        text: answer.record(),
    };
    let settings = Settings { answers: vec![said], ..Settings::default() };
    let mut inventory = crate::reading::read(&Memory::default(), &catalog, &settings);
    inventory.servers.push(facts);
    let Some(offered) = inventory.tool_lists.first().cloned() else {
        bail!("the answer cannot be read as a record of tools");
    };
    let assessment = ambit_analysis::assess(inventory, &catalog);
    let rules = rules();
    let options = options(global, (false, arguments.all), &rules, &catalog);
    let mut bytes = Vec::new();
    ambit_report::tools::write((&offered, &answer.introduction()), &assessment, &options, &mut bytes)?;
    terminal::write(None, &bytes).context("showing what it offers")?;
    Ok(false)
}
