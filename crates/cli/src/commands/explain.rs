//! `ambit explain`: one rule, finding, asset, edge, control, category, architecture or sequence, with what it is known
//! from.

use ambit_analysis::risk::scored;
use ambit_analysis::whatif::{System, ends_by};
use ambit_catalog::Catalog;
use ambit_report::{More, Subject};

use super::{assessed_of, options, rules, source, stated};
use crate::arguments::{Explain, Global};
use crate::terminal;

pub(crate) fn run(arguments: &Explain, global: &Global) -> anyhow::Result<bool> {
    let catalog = Catalog::compiled()?;
    let rules = rules();
    let options = options(global, (false, true), &rules, &catalog);
    let here = std::path::PathBuf::from(".");
    let paths = if arguments.paths.is_empty() { std::slice::from_ref(&here) } else { &arguments.paths };
    let (source, settings) = source(paths, arguments.home)?;
    let assessment = assessed_of(&source, &settings, paths, &catalog);
    let model = stated(&source, paths).model;
    // Most explanations need neither numbers nor another map.
    let inventory = || crate::reading::read(&source, &catalog, &settings);
    let more = More {
        model: &model,
        scored: &|finding| scored(inventory(), &model, &catalog, finding),
        ends: &|control| {
            let system = System { inventory: inventory(), model: model.clone() };
            ends_by(system, control, &catalog)
        },
    };
    let mut bytes = Vec::new();
    let what = Subject::new(&arguments.id);
    ambit_report::explain(&what, (Some(&assessment), Some(&more)), &catalog, &options, &mut bytes)?;
    terminal::write(None, &bytes)?;
    Ok(false)
}
