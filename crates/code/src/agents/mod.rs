//! Agents in code, as the frameworks that the catalog knows make them.
//!
//! What lives here: what a path means (`roles`), arguments by the catalog's names (`options`), what lists of tools hold
//! (`given`, `modules`, `objects`), MCP servers that it connects to (`servers`) and is (`served`, `mounted`), graphs (`graph`), flows (`flow`, `handled`), who starts an agent (`starts`) and runs it (`runs`), and the agents themselves
//! (`draft`) with what calls of their members (`attached`) and calls that run them (`handed`) give them, each once (`doubles`). Knows no framework by name: all that is particular to
//! one is data. Models that are asked without a client library are `asked`; tools that a function tells apart by name, `dispatch`.

mod around;
mod asked;
mod attached;
mod carried;
mod chains;
mod definition;
mod dispatch;
mod doubles;
mod draft;
mod finish;
mod flow;
mod given;
mod graph;
mod handed;
mod handled;
mod join;
mod modules;
mod mounted;
mod objects;
mod options;
mod part;
mod roles;
mod roots;
mod runs;
mod schema;
mod served;
mod servers;
mod starts;

use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::facts::{AgentFacts, Served};
use ambit_model::{Place, Problem};
use serde::{Deserialize, Serialize};

use crate::effects::Words;
use crate::follow::paths::Packages;
use crate::follow::programs::{Outlined, programs};
use crate::follow::{Follower, STEPS, Sought, World};
use crate::ir::Module;
pub use join::join;
pub use part::{Part, Sketch};
pub use roots::Roots;
pub use servers::ServerEntry;

/// What code says of agents.
#[derive(Debug, Default)]
pub struct Found {
    /// The agents.
    pub agents: Vec<Agent>,
    /// Tools that programs serve.
    pub served: Vec<Served>,
    /// What could not be followed to its end.
    pub problems: Vec<Problem>,
    /// Where each of the agents comes from: the part, and its place in that.
    pub origins: Vec<(usize, usize)>,
}

/// An agent in code.
#[derive(Debug, Serialize, Deserialize)]
pub struct Agent {
    /// What is known of it, but for what the parts below become.
    pub facts: AgentFacts,
    /// MCP servers that it connects to, with whatever values stand in the code: never written down.
    #[serde(skip)]
    pub servers: Vec<ServerEntry>,
    /// Texts that it is told, with where they stand: never written down.
    #[serde(skip)]
    pub prompts: Vec<(String, Place)>,
    /// The file and entry that hold the rest of it.
    pub config: Option<(String, String)>,
}

/// What the modules say of agents, program by program.
pub fn read(mut modules: Vec<Module>, packages: &Arc<Packages>, catalog: &Catalog) -> Found {
    modules.sort_by(|a, b| a.path.cmp(&b.path));
    let outlined: Vec<Outlined> = modules.iter().map(Outlined::of).collect();
    let mut modules: Vec<Option<Module>> = modules.into_iter().map(Some).collect();
    let mut parts = Vec::new();
    for program in programs(&outlined, packages) {
        let own = program.iter().filter_map(|it| modules.get_mut(*it)?.take());
        parts.push(part(&World::new(own.collect(), Arc::clone(packages)), catalog, STEPS));
    }
    join(parts)
}

/// What the program that `world` is says of agents, in so many steps at most.
pub fn part(world: &World, catalog: &Catalog, most: u64) -> Part {
    let (roots, words) = (Roots::and_clients(catalog), Words::of(catalog));
    let sought = Sought {
        imported: &|it| roots.has(it),
        text: &|it| words.is_address(it),
        keys: &|has| words.is_sent(has),
    };
    let mut follower = Follower::looking_for(world, &sought).within(most);
    follower.run();
    let mut roles = roles::Roles::new(catalog);
    let drafts = draft::all(&mut follower, &mut roles);
    let mut part = finish::all(&mut follower, &mut roles, &drafts, catalog);
    for no in follower.cut_short() {
        let Some(module) = follower.world().module(no) else { continue };
        let place = Place::start(Arc::clone(&module.path));
        let help = "take the map as incomplete here, or state what is missing in `ambit.yaml`";
        part.problems.push(Problem::at(&place, "too much code to follow to its end", help));
    }
    part.steps = follower.steps();
    part
}
