//! `docs/reference/catalog.md`: what the knowledge base holds, and where each fact was read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ambit_catalog::Catalog;

use super::{cell, code, heading};

pub(super) fn page(catalog: &Catalog) -> String {
    let mut out = heading("The catalog");
    out.push_str(
        "What Ambit knows without being told. Nothing here is looked up at run time; an entry says what a tool does, \
         never whether that is acceptable. [The guide](../guide.md) shows how to add to it with `--catalog`.\n",
    );
    clients(&mut out, catalog);
    servers(&mut out, catalog);
    nodes(&mut out, catalog);
    let _infallible = write!(
        out,
        "\n## The rest\n\n{} places that several servers and clients share, what commands do, {} kinds of credentials, \
         {} controls, and {} categories of published frameworks, under [`crates/catalog/data`](../../crates/catalog/data).\n",
        catalog.places().len(),
        catalog.credentials().len(),
        catalog.controls().len(),
        catalog.categories().len(),
    );
    out
}

fn clients(out: &mut String, catalog: &Catalog) {
    let _infallible = write!(
        out,
        "\n## Clients\n\n{} clients. A client as it comes is the baseline: what it can do before any configuration is \
         one line, not a list of findings.\n\n| client | built-in tools | as it comes | sources |\n|---|---|---|---|\n",
        catalog.clients().len()
    );
    for (id, client) in catalog.clients() {
        let (name, stock) = (cell(&client.name), cell(&client.stock));
        let (tools, sources) = (client.tools.len(), sources(&client.source));
        let _infallible = writeln!(out, "| {name} ({}) | {tools} | {stock} | {sources} |", code(id));
    }
}

fn servers(out: &mut String, catalog: &Catalog) {
    let mut servers: Vec<_> = catalog.servers().filter_map(|(id, it)| Some((id, it?))).collect();
    servers.sort_by(|a, b| a.0.cmp(b.0));
    let tools: usize = servers.iter().map(|(_, it)| it.tools.len()).sum();
    let _infallible = write!(
        out,
        "\n## Servers\n\n{} servers with {tools} tools.\n\n| server | publisher | tools | sources |\n|---|---|---|---|\n",
        servers.len()
    );
    for (id, server) in servers {
        let (name, publisher) = (cell(&server.name), cell(&server.publisher));
        let (tools, sources) = (server.tools.len(), sources(&server.source));
        let _infallible = writeln!(out, "| {name} ({}) | {publisher} | {tools} | {sources} |", code(id));
    }
}

fn nodes(out: &mut String, catalog: &Catalog) {
    out.push_str(
        "\n## Nodes of low-code products\n\nWhat the parts of flows do, by type and, where that decides, by operation. A type that \
         is not listed is on the map as something that nobody knows.\n\n| product | types | not compared with a source | sources |\n\
         |---|---|---|---|\n",
    );
    for (product, nodes) in catalog.products() {
        let types = || nodes.nodes.values().flat_map(BTreeMap::values);
        let (all, open) = (types().count(), types().filter(|it| it.unverified).count());
        let _infallible =
            writeln!(out, "| {} | {all} | {open} | {} |", code(product), sources(&nodes.source));
    }
}

fn sources(sources: &[String]) -> String {
    let sources: Vec<String> = sources.iter().map(|it| code(it)).collect();
    sources.join("<br>")
}
