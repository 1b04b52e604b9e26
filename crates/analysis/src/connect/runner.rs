//! What tools of an agent come to on the machine that it runs on by itself.

use ambit_catalog::schema::CommandClass;
use ambit_model::facts::{AgentFacts, Match, Network};
use ambit_model::{AssetId, Effect, Where};

use super::builder::Builder;
use super::shell::{self, Call, Surroundings};
use super::tokens::{self, Runs};

/// Everything that commands can do in `around`, with what the agent's tokens let them.
pub(super) fn anything(builder: &mut Builder<'_>, facts: &AgentFacts, call: &Call, around: &Surroundings) {
    shell::universal(builder, call, around);
    if around.network != Network::Closed {
        tokens::connect(builder, facts, call, Runs::Anything);
    }
}

/// One effect of a tool, on the machine that the agent runs on.
pub(super) fn act(builder: &mut Builder<'_>, facts: &AgentFacts, call: &Call, effect: &Effect, to: &AssetId) {
    let Some(runner) = &facts.runner else { return shell::effect(builder, call, effect, to) };
    if tokens::bound(builder, facts, call, effect, to) {
        return;
    }
    match effect {
        Effect::Executes { r#where: Where::Host } => {
            anything(builder, facts, call, &Surroundings::of_agent(facts));
        }
        // What it notes for later is gone with the machine.
        Effect::Remembers { .. } | Effect::Recalls { .. } if runner.throwaway => {}
        // Nobody's home lies there.
        Effect::Reads { .. } if runner.throwaway && to.as_str() == "store:home" => {}
        Effect::Ingests { .. } | Effect::Sends { .. } if to.as_str() == "channel:web" => {
            match &runner.network {
                Network::Open => shell::effect(builder, call, effect, to),
                left => shell::leads_out(builder, call, &shell::without_registries(left), true),
            }
        }
        _ => shell::effect(builder, call, effect, to),
    }
}

/// Commands of a class. Gives back the call when they run what the workspace holds.
pub(super) fn command(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    call: &Call,
    class: CommandClass,
    (text, form): (&str, Match),
) -> Option<Call> {
    match (class, &facts.runner) {
        (CommandClass::Installs | CommandClass::Universal, Some(_)) => {
            anything(builder, facts, call, &Surroundings::of_agent(facts));
            None
        }
        (CommandClass::Network, Some(runner)) => {
            shell::leads_out(builder, call, &shell::without_registries(&runner.network), true);
            None
        }
        // A fresh clone has no hooks: what git runs besides itself lies on machines that people set up.
        (CommandClass::RunsWorkspace, Some(_)) if tokens::is_by_token(facts, text) => {
            shell::command(builder, call, CommandClass::Writes, false);
            None
        }
        (CommandClass::Service | CommandClass::Publishes, Some(_)) if tokens::is_by_token(facts, text) => {
            None
        }
        // Nobody's home lies on a machine that is thrown away.
        (CommandClass::Reads, Some(runner)) if runner.throwaway => {
            shell::command(builder, call, CommandClass::Inspects, false);
            None
        }
        _ => {
            let open_ended = !matches!(form, Match::Exact);
            shell::command(builder, call, class, open_ended).then(|| call.clone())
        }
    }
}
