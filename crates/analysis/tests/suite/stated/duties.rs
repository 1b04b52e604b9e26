//! Duties of tiers: asked for once the file says so, and quiet about what a client does as it comes.

use ambit_analysis::duties;
use ambit_model::{Tier, UnmetDuty};

use super::{DESK, desk, model, with_files};

fn of<'a>(duties: &'a [UnmetDuty], tool: &str) -> Option<&'a UnmetDuty> {
    duties.iter().find(|it| it.tool.as_ref().is_some_and(|it| it.as_str() == tool))
}

#[test]
fn nothing_is_asked_for_before_the_file_asks() {
    assert!(desk("").duties.is_empty());
    assert!(!desk("check: {fail-on: high}\n").duties.is_empty());
}

#[test]
fn an_edge_lacks_what_its_tier_asks_for() {
    let it = desk("check: {fail-on: high}\n");
    let refund = of(&it.duties, "tool:crm/refund").expect("T4, prompted");
    assert_eq!((refund.tier, refund.unlogged, refund.bounds, refund.unapproved), (Tier::T4, true, 2, true));
    assert!(of(&it.duties, "tool:crm/find").is_none(), "reading has no tier");
}

#[test]
fn controls_that_are_in_place_fulfil_duties() {
    let control = |more: &str| {
        let text = format!(
            "check: {{fail-on: high}}
controls:
  one: {{kind: structural, does: bounds, on: \"tool:crm/refund\", level: secret, logged: true{more}}}
  two: {{kind: structural, does: bounds, on: \"tool:crm/refund\", level: secret}}
  yes: {{kind: procedural, does: gates, on: \"tool:crm/refund\"}}
"
        );
        of(&desk(&text).duties, "tool:crm/refund").cloned()
    };
    assert_eq!(control(""), None);
    let lacks = control(", state: planned").expect("one is only planned");
    assert_eq!((lacks.unlogged, lacks.bounds, lacks.unapproved), (true, 1, false));
}

#[test]
fn a_team_sets_its_own_duties() {
    let none = "tiers: {duties: {T3: {logged: false, bounds: 0, approval: false}, T4: {logged: false, bounds: 0, approval: false}}}\n";
    assert!(desk(none).duties.is_empty());
}

#[test]
fn a_client_as_it_comes_is_asked_for_nothing() {
    let files = [(".claude/settings.json", "{}")];
    assert!(with_files(&files, "check: {fail-on: high}\n").duties.is_empty());
    // Unless the file sets the duties of that very tier.
    assert!(!with_files(&files, "tiers: {duties: {T4: {bounds: 1}}}\n").duties.is_empty());
}

#[test]
fn a_report_tells_them_whether_the_gate_asks_or_not() {
    let asks = "check: {fail-on: high}\n";
    let (quiet, asked) =
        (duties(&desk(""), &model(DESK)), duties(&desk(asks), &model(&format!("{DESK}{asks}"))));
    assert_eq!((quiet.asked, asked.asked), (false, true));
    assert_eq!(quiet.unmet, asked.unmet);
    assert_eq!(asked.unmet, desk(asks).duties, "a report and the gate say the same");
    assert!(of(&quiet.unmet, "tool:crm/refund").is_some());
    for it in &quiet.tiers {
        assert!(it.stock + it.unmet <= it.edges, "{it:?}");
    }
}

#[test]
fn what_a_client_does_as_it_comes_is_counted_apart() {
    let files = [(".claude/settings.json", "{}")];
    let found = duties(&with_files(&files, ""), &model(""));
    assert!(found.unmet.is_empty());
    assert!(found.tiers.iter().any(|it| it.edges > 0 && it.stock == it.edges), "{:?}", found.tiers);
}
