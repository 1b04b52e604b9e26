//! The rules: evidence in, effects out. One file per question; each rule gives its reason in the words it read.
//!
//! May look at a [`Reading`] and nothing else.

mod change;
mod look;
mod outward;
mod run;

use ambit_catalog::schema::VerbClass;
use ambit_model::{Basis, BlastRadius, Effect, EffectFact, Reversibility};

use super::reading::Reading;

/// Topics whose tools answer from their arguments alone.
const PURE: [&str; 1] = ["pure"];

/// What the tool does; nothing where nothing can be said.
pub(super) fn judge(reading: &Reading<'_>) -> Option<Vec<EffectFact>> {
    let run = run::of(reading);
    let mut facts = Vec::new();
    if let Some(run) = &run {
        run::judge(run, reading, &mut facts);
    }
    change::judge(reading, run.as_ref(), &mut facts);
    outward::judge(reading, run.as_ref(), &mut facts);
    let clear = look::judge(reading, run.as_ref(), &mut facts);
    raise(reading, &mut facts);
    let computes = !reading.verbs.is_empty() && reading.verbs.keys().all(|it| *it == VerbClass::Compute);
    let idle = reading.lives_in(&PURE) || change::is_of_the_window(reading);
    let nothing = clear && !reading.verbs.is_empty() && (computes || idle);
    (!facts.is_empty() || nothing).then_some(facts)
}

/// A supplier that says its tool destroys is believed.
fn raise(reading: &Reading<'_>, facts: &mut Vec<EffectFact>) {
    let changes = facts.iter().any(|it| {
        matches!(
            it.effect,
            Effect::Writes { .. } | Effect::Executes { .. } | Effect::Sends { .. } | Effect::Remembers { .. }
        )
    });
    if reading.annotations.destructive == Some(true)
        && reading.annotations.read_only != Some(true)
        && !changes
    {
        let effect = Effect::Writes {
            reversibility: Reversibility::Recoverable,
            blast_radius: BlastRadius::Workspace,
        };
        facts.push(fact(effect, "annotation `destructiveHint`".to_owned()));
    }
}

/// An inferred effect.
pub(super) fn fact(effect: Effect, because: String) -> EffectFact {
    EffectFact { effect, object: None, basis: Basis::Inferred, because: because.into() }
}
