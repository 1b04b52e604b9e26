//! Docker's gateway in a container: the servers that it is told to start are what agents get from it.

use ambit_catalog::Catalog;
use ambit_model::facts::{Launch, Package, Pin, Transport};

use crate::launch::Word;
use crate::workloads::{Runs, Workload};

/// How images of the gateway are called.
const IMAGE: &str = "docker/mcp-gateway";
/// Options that name servers, and the one that names where those are described.
const SERVERS: [&str; 2] = ["--servers", "--server"];
const CATALOG: &str = "--catalog";
/// How many servers of one gateway are looked at.
const MOST: usize = 100;

/// The servers behind the gateway that `workload` is, each in a container that the gateway starts; `workload` itself, where it is none
/// or is told of no server.
pub(super) fn behind(workload: Workload, words: &[Word], catalog: &Catalog) -> Vec<Workload> {
    let image = workload.launch.package.as_ref().map(|it| it.name.as_str()).unwrap_or_default();
    let is_gateway =
        workload.runs == Runs::Server && image.rsplit_once("docker.io/").map_or(image, |it| it.1) == IMAGE;
    let names = if is_gateway { values(words, &SERVERS) } else { Vec::new() };
    if names.is_empty() {
        return vec![workload];
    }
    // In a catalog of its own a name is nothing that is known elsewhere.
    let is_listed = values(words, &[CATALOG]).is_empty();
    let one = |(name, word): &(String, &Word)| {
        let mut launch = Launch {
            runner: "docker".to_owned(),
            contained: true,
            transport: Transport::Http,
            place: Some(word.place.clone()),
            said: vec![format!("started by the gateway {}", workload.name)],
            ..Launch::default()
        };
        launch.said.extend(workload.launch.loosened.iter().map(|it| format!("the gateway has: {it}")));
        launch.package = is_listed.then(|| Package {
            ecosystem: "oci".to_owned(),
            name: format!("mcp/{name}"),
            pin: Pin::Missing,
            place: word.place.clone(),
        });
        if catalog.server(name, &launch).is_none() {
            launch.package = None;
        }
        Workload { name: name.clone(), launch, place: word.place.clone(), ..workload.clone() }
    };
    names.iter().take(MOST).map(one).collect()
}

/// What is given for these options: `--servers=a,b`, `--servers a,b`.
fn values<'w>(words: &'w [Word], options: &[&str]) -> Vec<(String, &'w Word)> {
    let mut found: Vec<(String, &Word)> = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let (option, value) = match word.text.split_once('=') {
            Some((option, value)) => (option, Some((value, word))),
            None => (word.text.as_str(), words.peek().map(|it| (it.text.as_str(), *it))),
        };
        let Some((value, word)) = value.filter(|_| options.contains(&option)) else { continue };
        for name in value.split(',').map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('-')) {
            if !found.iter().any(|it| it.0 == name) {
                found.push((name.to_owned(), word));
            }
        }
    }
    found
}
