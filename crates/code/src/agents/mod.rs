//! Agents in code, as the frameworks that the catalog knows make them.
//!
//! What lives here: what a path means (`roles`), arguments by the catalog's names (`options`), what lists of tools hold
//! (`given`), MCP servers (`servers`), graphs (`graph`), who starts an agent (`starts`) and runs it (`runs`), and the agents themselves
//! (`draft`). Knows no framework by name: all that is particular to one is data.

mod around;
mod definition;
mod draft;
mod finish;
mod given;
mod graph;
mod options;
mod roles;
mod roots;
mod runs;
mod servers;
mod starts;

use ambit_catalog::Catalog;
use ambit_model::facts::{AgentFacts, Served};
use ambit_model::{Place, Problem};

use crate::follow::{Follower, World};
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
}

/// An agent in code.
#[derive(Debug)]
pub struct Agent {
    /// What is known of it, but for what the parts below become.
    pub facts: AgentFacts,
    /// MCP servers that it connects to.
    pub servers: Vec<ServerEntry>,
    /// Texts that it is told, with where they stand.
    pub prompts: Vec<(String, Place)>,
    /// The file and entry that hold the rest of it.
    pub config: Option<(String, String)>,
}

/// What the modules of `world` say of agents.
pub fn read(world: &World, catalog: &Catalog) -> Found {
    let roots = Roots::of(catalog);
    let mut follower = Follower::looking_for(world, &|it| roots.has(it));
    follower.run();
    find(&mut follower, catalog)
}

fn find(follower: &mut Follower<'_>, catalog: &Catalog) -> Found {
    let mut roles = roles::Roles::new(catalog);
    let drafts = draft::all(follower, &mut roles);
    let mut found = finish::all(follower, &mut roles, drafts, catalog);
    for no in follower.cut_short().collect::<Vec<_>>() {
        let Some(module) = follower.world().module(no) else { continue };
        let place = Place::start(std::sync::Arc::clone(&module.path));
        let help = "take the map as incomplete here, or state what is missing in `ambit.yaml`";
        found.problems.push(Problem::at(&place, "too much code to follow to its end", help));
    }
    found
}
