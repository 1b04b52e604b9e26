//! Noise is a gate: over the agents of real files few may be shouted at, and no client as it comes.
#![expect(clippy::print_stderr, reason = "a suite that was left out says so")]

use std::path::Path;

use ambit_catalog::Catalog;
use xtask::noise;

/// The largest share of agents, in percent, that may have a finding of high or above.
const LOUD_AT_MOST: usize = 25;

#[test]
fn at_most_a_quarter_of_real_agents_has_a_finding_of_high_or_above() {
    let Some(shared) = std::env::var_os("AMBIT_SHARED") else {
        eprintln!("left out: AMBIT_SHARED names no folder with a corpus");
        return;
    };
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let heard = noise::corpus(&Path::new(&shared).join("corpus"), &catalog).expect("the corpus can be read");
    assert!(heard.len() > 50, "only {} agents: the corpus was hardly read", heard.len());
    let share = noise::share(&heard, false);
    assert!(share.is_at_most(LOUD_AT_MOST), "{share} have a finding of high or above");
}

#[test]
fn no_client_has_a_finding_of_high_or_above_as_it_comes() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let heard = noise::stock(&catalog);
    assert_eq!(heard.len(), catalog.clients().len());
    let loud: Vec<_> = heard.into_iter().filter(|it| !it.findings.is_empty()).collect();
    assert!(loud.is_empty(), "{loud:#?}");
}
