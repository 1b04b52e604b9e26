//! What the script needs to know, as data that cannot become markup.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::Report;
use crate::visible::visible;

#[derive(Serialize)]
struct Data {
    assets: Vec<Thing>,
    findings: BTreeMap<String, Path>,
}

#[derive(Serialize)]
struct Thing {
    id: String,
    name: String,
    kind: &'static str,
    facts: Vec<String>,
}

#[derive(Serialize)]
struct Path {
    title: String,
    severity: &'static str,
    agent: Option<usize>,
    edges: Vec<String>,
}

pub(super) fn block(report: &Report<'_>) -> Markup {
    let shown = |it: &str| visible(it).into_owned();
    let assessment = report.index.assessment;
    let things = assessment.assets.iter().map(|it| {
        let mut facts: Vec<String> = it.facts.iter().map(|it| shown(it)).collect();
        facts.extend(it.trust.map(|it| format!("written by: {it}")));
        facts.extend(it.level.map(|it| format!("holds: {it} data")));
        facts.extend(it.owner.as_ref().map(|it| format!("owner: {}", shown(it))));
        facts.extend(it.provenance.iter().filter_map(|it| it.place()).map(|it| shown(&it.to_string())));
        Thing { id: shown(it.id.as_str()), name: shown(&it.name), kind: it.kind.word(), facts }
    });
    let findings = assessment.findings.iter().map(|it| {
        let edges = it.legs.values().flatten().map(|it| shown(it.as_str())).collect();
        let agent = report.index.number(&it.subject);
        (shown(&it.id), Path { title: shown(&it.title), severity: it.severity.word(), agent, edges })
    });
    let data = Data { assets: things.collect(), findings: findings.collect() };
    // Plain strings and numbers: serializing them cannot fail, and an empty object would only silence the script.
    let json = serde_json::to_string(&data).unwrap_or_else(|_| "{}".to_owned());
    html! { script id="data" type="application/json" { (PreEscaped(inert(&json))) } }
}

/// JSON in which nothing can end a script element or open markup.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    #[test]
    fn json_cannot_leave_its_element() {
        assert_eq!(super::inert("\"</script><!--&\""), "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
    }
}
