//! Tools that files of the repository serve: joined with the server whose launch runs that very file, or whose address is
//! the one at which it is served. What no configuration names is a server of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_model::address::{Leads, canonical, leads, origin};
use ambit_model::facts::{Known, Launch, Listed, OwnTool, Protocol, Served, ServerFacts};
use ambit_model::{Asset, AssetId, AssetKind, Confidence, Effect, Inventory, Place, Provenance, Verb, place};

use super::builder::{Builder, Row, kind_of};
use super::program::{Runs, acts, known_by, object, tool_asset};
use super::server::{Offer, Supply};
use crate::map::Tool;

/// What is served by which server: indexes into [`Inventory::served`], by the server's key.
pub(super) type Joins = BTreeMap<String, Vec<usize>>;

/// Joins what is served with the servers of the inventory, and adds a server for each file that none of them runs. An
/// API description becomes one where an agent is given it; otherwise it is only listed: programs call it.
pub(super) fn join(inventory: &mut Inventory) -> Joins {
    let mut joins = Joins::new();
    for facts in &inventory.servers {
        let served = of_server(facts, &inventory.served);
        if !served.is_empty() {
            joins.insert(facts.key.clone(), served);
        }
    }
    let joined: BTreeSet<usize> = joins.values().flatten().copied().collect();
    let used: BTreeSet<&str> =
        inventory.agents.iter().flat_map(|it| &it.servers).map(|it| it.key.as_str()).collect();
    let mut added = Vec::new();
    let mut listed = Vec::new();
    for (index, served) in inventory.served.iter().enumerate() {
        let key = served.key();
        let is_used = used.contains(key.as_str());
        if joined.contains(&index) && !is_used {
            continue;
        }
        if served.protocol == Protocol::Http && !is_used {
            listed.push(supplier(served));
            continue;
        }
        if !joins.contains_key(&key) {
            added.push(stand_in(served, key.clone()));
        }
        joins.entry(key).or_default().push(index);
    }
    inventory.servers.extend(added);
    inventory.listed.extend(listed);
    joins
}

/// What `facts` runs, or what is served at its address. An address that several files claim is no evidence.
fn of_server(facts: &ServerFacts, served: &[Served]) -> Vec<usize> {
    let mcp = || served.iter().enumerate().filter(|(_, it)| it.protocol == Protocol::Mcp);
    let paths: BTreeSet<String> = facts.places.iter().flat_map(|it| files(&facts.launch, it)).collect();
    let at = |paths: &BTreeSet<String>| -> Vec<usize> {
        mcp().filter(|(_, it)| paths.contains(&it.path)).map(|(index, _)| index).collect()
    };
    let run = at(&paths);
    let run = if run.is_empty() { at(&paths.iter().flat_map(|it| sources(it)).collect()) } else { run };
    if !run.is_empty() {
        return run;
    }
    let Some(url) = &facts.launch.url else { return Vec::new() };
    let there = mcp().filter(|(_, it)| it.addresses.iter().any(|(address, _)| is_at(url, address)));
    let there: Vec<(usize, &Served)> = there.collect();
    match there.as_slice() {
        [(_, first), rest @ ..] if rest.iter().all(|(_, it)| it.path == first.path) => {
            there.iter().map(|(index, _)| *index).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether `url` is `address`, which may leave out the path that the protocol's libraries serve under.
fn is_at(url: &str, address: &str) -> bool {
    let (url, address) = (canonical(url), canonical(address));
    let bare = origin(&address) == address;
    let usual = ["/mcp", "/sse"].iter().any(|it| url == format!("{address}{it}"));
    url == address || bare && usual
}

/// The files that `launch` runs, as paths below the root, when the file at `place` names it.
fn files(launch: &Launch, place: &Place) -> Vec<String> {
    let Some(folder) = opened(&place.path) else { return Vec::new() };
    let mut files = Vec::new();
    for written in written(launch) {
        let Some(path) = below(&folder, &written) else { continue };
        files.push(path);
    }
    for module in modules(launch) {
        // Where the sources lie is the project's own affair; these two are what tools assume.
        for above in ["", "src/"] {
            for ending in [".py", "/__main__.py", "/__init__.py"] {
                files.extend(below(&folder, &format!("{above}{module}{ending}")));
            }
        }
    }
    files
}

/// What the program at `path` may be compiled from: `dist/index.js` from `src/index.ts`. Where compilers write is the
/// project's own affair; these folders beside the sources are where they are mostly told to.
fn sources(path: &str) -> Vec<String> {
    let endings = [(".mjs", ".mts"), (".cjs", ".cts"), (".js", ".ts"), (".js", ".tsx")];
    let parts: Vec<&str> = path.split('/').collect();
    let built = parts.iter().position(|it| ["dist", "build", "out", "lib"].contains(it));
    let Some((above, [_, within @ ..])) = built.and_then(|it| parts.split_at_checked(it)) else {
        return Vec::new();
    };
    let within = within.join("/");
    let mut found = Vec::new();
    for (written, source) in endings {
        let Some(stem) = within.strip_suffix(written) else { continue };
        for folder in [&["src"][..], &[]] {
            let all = above.iter().chain(folder).copied().chain([stem]);
            found.push(format!("{}{source}", all.collect::<Vec<_>>().join("/")));
        }
    }
    found
}

/// The folder that a client opens whose configuration lies at `path`: the one that its own folder lies in. None where it
/// lies in a home: that says nothing of where this repository is.
fn opened(path: &str) -> Option<String> {
    if path.starts_with(['~', '/']) {
        return None;
    }
    let mut folders: Vec<&str> = path.split('/').rev().skip(1).skip_while(|it| it.starts_with('.')).collect();
    folders.reverse();
    Some(folders.join("/"))
}

/// `path` below `folder`; none where it leads out, or begins where only the user's machine knows.
fn below(folder: &str, path: &str) -> Option<String> {
    const HERE: &[&str] = &[
        "${workspaceFolder}/",
        "${workspaceRoot}/",
        "${CLAUDE_PROJECT_DIR}/",
        "$CLAUDE_PROJECT_DIR/",
        "${CLAUDE_PLUGIN_ROOT}/",
        "${__dirname}/",
        "${extensionPath}${/}",
        "${extensionPath}/",
        "${PWD}/",
        "$PWD/",
    ];
    let path = path.trim().replace('\\', "/");
    let path = HERE.iter().find_map(|it| path.strip_prefix(it)).unwrap_or(&path);
    if path.is_empty() || path.starts_with(['/', '~', '$', '%', '<', '{']) || path.contains(':') {
        return None;
    }
    place::below(folder, path)
}

/// Files that the words of `launch` name as the program.
fn written(launch: &Launch) -> Vec<String> {
    let package = launch.package.as_ref().map(|it| it.name.as_str());
    let script = launch.script.as_deref();
    let mut found: Vec<String> = script.map(str::to_owned).into_iter().collect();
    let words = || launch.args.iter().filter(|it| !it.starts_with('-'));
    // `fastmcp run server.py:app`, however it is brought in.
    let runners = [Some(launch.runner.as_str()), package, script];
    if runners.into_iter().flatten().any(|it| ["mcp", "fastmcp", "mcp[cli]"].contains(&it)) {
        let file = words().skip_while(|it| !["run", "dev"].contains(&it.as_str())).nth(1);
        let file = file.or_else(|| words().next().filter(|it| it.contains(".py")));
        found.extend(
            file.map(|it| it.split_once(".py:").map_or(it.clone(), |(file, _)| format!("{file}.py"))),
        );
    }
    // `npx tsx src/server.ts`, `bun run src/server.ts`.
    let loads = package.is_some_and(|it| ["tsx", "ts-node", "nodemon", "bun"].contains(&it));
    if loads || script == Some("package.json") {
        let is_code = |it: &&String| [".ts", ".js", ".mjs", ".mts"].iter().any(|end| it.ends_with(end));
        found.extend(words().find(is_code).cloned());
    }
    found
}

/// Modules of Python that the words of `launch` name as the program, as paths without their ending.
fn modules(launch: &Launch) -> Vec<String> {
    let is_name = |it: &str| it.split('.').all(|it| !it.is_empty() && !it.contains('/'));
    let package = launch.package.as_ref().filter(|it| it.ecosystem == "pypi" && launch.runner == "python");
    let installed = package.map(|it| it.name.replace('-', "_"));
    let script =
        launch.script.clone().filter(|it| launch.runner == "uv" && it.contains('.') && !it.ends_with(".py"));
    installed.into_iter().chain(script).filter(|it| is_name(it)).map(|it| it.replace('.', "/")).collect()
}

/// The server that a file makes which no configuration runs.
fn stand_in(served: &Served, key: String) -> ServerFacts {
    ServerFacts {
        key,
        name: served.name.clone(),
        launch: Launch { said: said(served), place: Some(served.place.clone()), ..Launch::default() },
        credentials: Vec::new(),
        tools: Vec::new(),
        signals: Vec::new(),
        places: vec![served.place.clone()],
    }
}

fn supplier(served: &Served) -> Listed {
    let id = AssetId::within(AssetKind::Server, "api", &served.path);
    let mut said = said(served);
    said.push(format!("describes an interface, for whoever is given it; operations: {}", served.tools.len()));
    Listed {
        what: ambit_model::facts::Object { id, ..ambit_model::facts::Object::named("", served.name.clone()) },
        said,
        addresses: Vec::new(),
        place: served.place.clone(),
    }
}

fn said(served: &Served) -> Vec<String> {
    let mut said: Vec<String> = served.addresses.iter().map(|(it, _)| format!("address: {it}")).collect();
    said.push(format!("served by: {}", served.path));
    said.extend(served.authenticated.as_ref().map(|(it, _)| {
        if *it { "asks who calls it".to_owned() } else { "does not ask who calls it".to_owned() }
    }));
    said
}

/// One effect of a served tool, ready to become a row.
#[derive(Debug, Clone)]
pub(super) struct OwnAct {
    pub(super) does: Arc<str>,
    pub(super) effect: Effect,
    pub(super) on: AssetId,
    pub(super) confidence: Confidence,
    /// The line that shows it.
    pub(super) shown: Option<Provenance>,
}

/// Adds the tools that `served` gives to the server `id`. Equal tools are one asset, whoever has them.
pub(super) fn supply(builder: &mut Builder<'_>, id: &AssetId, served: &[&Served]) -> Supply {
    for it in served {
        if let Some(asset) = builder.map.assets.get_mut(id) {
            asset.provenance.push(Provenance::Declared(it.place.clone()));
            asset.facts.extend(said(it));
            asset.provenance.sort();
            asset.provenance.dedup();
            asset.facts.sort();
            asset.facts.dedup();
        }
    }
    let mut seen = BTreeSet::new();
    let tools = served.iter().flat_map(|it| &it.tools);
    let tools = tools.filter(|it| seen.insert((&it.owner, &it.name)));
    let reached = || served.iter().flat_map(|it| &it.addresses).map(|(url, _)| leads(url));
    let away = reached().next().is_some() && reached().all(|it| it != Leads::Here);
    let runs = if away { Runs::Elsewhere } else { Runs::Here };
    let tools = tools.map(|it| offer(builder, id, it, runs));
    Supply { id: id.clone(), tools: tools.collect() }
}

fn offer(builder: &mut Builder<'_>, server: &AssetId, tool: &OwnTool, runs: Runs) -> Offer {
    let id = tool_asset(builder, tool, runs);
    builder.map.tools.entry(id.clone()).or_insert_with(|| Tool {
        server: Some(server.clone()),
        name: tool.name.clone(),
        definition: tool.definition.clone(),
    });
    let mut basis = vec![Provenance::Declared(tool.place.clone())];
    basis.extend(known_by(tool));
    let own = acts(builder, tool, runs).into_iter().map(|it| {
        let on = object(builder, &it.on, it.place.as_ref());
        let shown = it.place.map(Provenance::Declared);
        OwnAct { does: it.does, effect: it.effect, on, confidence: it.confidence, shown }
    });
    let own: Vec<OwnAct> = own.collect();
    let confidence = match tool.known {
        Known::Body | Known::Declared => Confidence::Certain,
        Known::Catalog(_) => Confidence::Likely,
        Known::Definition | Known::Nothing => Confidence::Possible,
    };
    builder.edge(Row {
        provenance: [Provenance::Declared(tool.given.clone())].into(),
        confidence: Confidence::Certain,
        consequence: "offer it".into(),
        ..Row::new(server, Verb::Supplies, &id)
    });
    Offer { id, name: tool.name.clone(), confidence, acts: Vec::new(), basis, own, gate: tool.gate }
}

/// Adds what inventory files list. What has the address of a server or an agent of the map is said of that one.
pub(super) fn listed(builder: &mut Builder<'_>, inventory: &Inventory, agents: &super::program::Served) {
    let servers: BTreeMap<String, AssetId> = builder
        .map
        .servers
        .iter()
        .filter_map(|(id, it)| Some((canonical(it.launch.url.as_deref()?), id.clone())))
        .collect();
    for it in &inventory.listed {
        let known = it.addresses.iter().find_map(|url| {
            servers.get(&canonical(url)).cloned().or_else(|| super::program::at(agents, url).cloned())
        });
        let id = known.unwrap_or_else(|| it.what.id.clone());
        let kind = kind_of(&id);
        let mut asset = Asset::new(id, kind, &it.what.name);
        asset.trust = it.what.trust;
        asset.level = it.what.level;
        asset.data.clone_from(&it.what.data);
        asset.facts.clone_from(&it.said);
        asset.facts.extend(it.addresses.iter().map(|it| format!("address: {it}")));
        asset.facts.sort();
        asset.provenance = vec![Provenance::Declared(it.place.clone())];
        builder.asset(asset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(runner: &str, script: Option<&str>, args: &[&str]) -> Launch {
        Launch {
            runner: runner.to_owned(),
            script: script.map(str::to_owned),
            args: args.iter().map(|it| (*it).to_owned()).collect(),
            ..Launch::default()
        }
    }

    #[test]
    fn a_launch_names_files_below_the_folder_that_its_client_opens() {
        let at = |launch: &Launch, path: &str| files(launch, &Place::start(path));
        let python = launch("python", Some("server.py"), &[]);
        assert_eq!(at(&python, ".mcp.json"), ["server.py"]);
        assert_eq!(at(&python, "apps/one/.vscode/mcp.json"), ["apps/one/server.py"]);
        assert_eq!(at(&python, "~/.cursor/mcp.json"), Vec::<String>::new());
        let named = launch("python", Some("${workspaceFolder}/src/../a.py"), &[]);
        assert_eq!(at(&named, ".mcp.json"), ["a.py"]);
        for elsewhere in ["/home/me/server.py", "../server.py", "~/server.py", "C:\\server.py", "<path>/x.py"]
        {
            assert_eq!(at(&launch("python", Some(elsewhere), &[]), ".mcp.json"), Vec::<String>::new());
        }
        let fastmcp = launch("fastmcp", None, &["run", "--reload", "server.py:app"]);
        assert_eq!(at(&fastmcp, ".mcp.json"), ["server.py"]);
        let through_uv = launch("uv", Some("mcp"), &["run", "a/b.py"]);
        assert_eq!(at(&through_uv, ".mcp.json"), ["mcp", "a/b.py"]);
        let module = at(&launch("uv", Some("pkg.server"), &[]), "x/.mcp.json");
        assert!(module.contains(&"x/src/pkg/server.py".to_owned()), "{module:?}");
        let bun = launch("bun", Some("package.json"), &["run", "src/index.ts"]);
        assert_eq!(at(&bun, ".mcp.json"), ["package.json", "src/index.ts"]);
    }

    #[test]
    fn what_is_compiled_is_known_by_where_it_is_written() {
        assert_eq!(
            sources("a/dist/index.js"),
            ["a/src/index.ts", "a/index.ts", "a/src/index.tsx", "a/index.tsx"]
        );
        assert_eq!(sources("build/src/server.mjs"), ["src/src/server.mts", "src/server.mts"]);
        assert_eq!(sources("src/index.js"), Vec::<String>::new());
        assert_eq!(sources("dist/index.py"), Vec::<String>::new());
    }

    #[test]
    fn an_address_may_leave_out_the_usual_path_and_no_other() {
        assert!(is_at("http://127.0.0.1:8000/mcp/", "http://0.0.0.0:8000/mcp"));
        assert!(is_at("http://localhost:8000/sse", "http://localhost:8000"));
        assert!(!is_at("http://localhost:8000/other", "http://localhost:8000"));
        assert!(!is_at("http://localhost:8000/mcp", "http://localhost:8001/mcp"));
    }
}
