//! A file builds on others.

use ambit_model::Severity;
use ambit_model::stated::{join, read};

use super::support::clean;

const BASE: &str = "ambit: v1
system: {name: Base, owner: security}
never: {no-leak: {says: nothing leaks, level: secret, audience: organization}}
controls: {proxy: {kind: structural, does: cuts, on: e-abc, owner: platform}}
decisions:
  - {on: f-abc, decision: accept, owner: o, reason: r, until: 2027-01-01}
check: {fail-on: medium}
";

#[test]
fn a_later_file_replaces_names_sets_keys_and_adds_to_lists() {
    let text = "ambit: v1
extends: [../base.yaml, \"git:v1.2:policy/base.yaml\"]
system: {name: Desk}
objectives: {calm: {says: no leak, holds: no-leak}}
controls: {proxy: {kind: structural, does: cuts, on: e-xyz}}
decisions:
  - {on: f-xyz, decision: avoid, control: proxy, owner: o, reason: r, until: 2027-01-01}
";
    let (base, problems) = read("../base.yaml", BASE);
    assert_eq!(problems, []);
    let document = clean(text);
    assert_eq!(document.extends[0].value.revision(), None);
    assert_eq!(document.extends[1].value.revision(), Some(("v1.2", "policy/base.yaml")));
    assert_eq!(document.extends[1].place.line, 2);

    let (model, problems) = join([base, document]);
    assert_eq!(problems, []);
    assert_eq!(model.files, ["../base.yaml", "ambit.yaml"]);
    assert_eq!(model.system.name.as_deref(), Some("Desk"));
    assert_eq!(model.system.owner.as_deref(), Some("security"));
    assert_eq!(model.check.fail_on.map(Severity::word), Some("medium"));
    let proxy = model.controls.get("proxy").expect("it is there");
    assert_eq!(proxy.value.owner, None, "an entry is replaced as a whole");
    assert_eq!(proxy.place.path.as_ref(), "ambit.yaml");
    assert_eq!(proxy.overrides.iter().map(|it| it.path.as_ref()).collect::<Vec<_>>(), ["../base.yaml"]);
    let paths: Vec<&str> = model.decisions.iter().map(|it| it.place.path.as_ref()).collect();
    assert_eq!(paths, ["../base.yaml", "ambit.yaml"]);
}

#[test]
fn an_entry_that_was_replaced_twice_knows_both() {
    let read =
        |path: &str| read(path, "ambit: v1\ncontrols: {a: {kind: structural, does: cuts, on: e-abc}}\n").0;
    let (model, _) = join([read("1.yaml"), read("2.yaml"), read("3.yaml")]);
    let entry = model.controls.get("a").expect("it is there");
    assert_eq!(entry.overrides.iter().map(|it| it.path.as_ref()).collect::<Vec<_>>(), ["1.yaml", "2.yaml"]);
    assert_eq!(entry.place.path.as_ref(), "3.yaml");
}

#[test]
fn tiers_and_duties_are_those_of_the_model_where_nothing_is_set() {
    use ambit_model::tier::{BlastRadius, Duty, Reversibility, Tier};
    let text =
        "ambit: v1\ntiers: {table: {recoverable: {organization: T2}}, duties: {T2: {approval: true}}}\n";
    let tiers = clean(text).model.tiers;
    assert_eq!(tiers.tier(Reversibility::Recoverable, BlastRadius::Organization), Tier::T2);
    assert_eq!(tiers.tier(Reversibility::Recoverable, BlastRadius::ThirdParties), Tier::T3);
    assert_eq!(tiers.duty(Tier::T2), Duty { logged: true, bounds: 1, approval: true });
    assert_eq!(tiers.duty(Tier::T4), Duty::of(Tier::T4));
}
