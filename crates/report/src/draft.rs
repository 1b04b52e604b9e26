//! The first `ambit.yaml` of a system: short, with the questions open that only a person can answer.

use std::fmt::Write as _;

use ambit_model::{Assessment, Asset, AssetKind, Level};

use crate::visible::visible;

/// How many places are suggested for protection.
const MOST: usize = 8;

const BEGINNING: &str = "\
# yaml-language-server: $schema=./ambit.schema.json
# What people state of this system. `ambit init` wrote this beginning; it is yours from here on.
# A key without a value is an open question and counts as not there.
ambit: v1

system:
";

const QUESTIONS: &str = "  description: # What is it for?
  exposure: # Who can get at it: research, internal or internet?
  owner: # Who answers for it?
  # Whom to tell when something happens:
  # escalation:
  #   - {to: security-on-call, when: a T4 action without a decision}
  # When this file is looked through again:
  # review: {every: 90 days}
";

const NEVER: &str = "
# What must never be possible, checked each time. Take away the `#` of what holds here, and add your own.
never:
  # no-secret-out:
  #   says: what is secret never reaches anybody outside
  #   level: secret
  #   audience: partner
  # no-stranger-drives-t4:
  #   says: what strangers write never drives an action that cannot be taken back
  #   trust: public
  #   tier: T4
";

const REST: &str = "
# What was decided about findings: accept, mitigate, transfer or avoid, by whom, why, and until when.
decisions:

# When `ambit check` fails: from this severity on, without a decision.
check:
  fail-on: high
";

/// The text. What the map holds is suggested; nothing is decided.
pub fn draft(assessment: &Assessment, name: &str) -> String {
    let mut text = BEGINNING.to_owned();
    let _infallible = writeln!(text, "  name: {}", quoted(name));
    text.push_str(QUESTIONS);
    protects(assessment, &mut text);
    text.push_str(NEVER);
    owners(assessment, &mut text);
    text.push_str(REST);
    text
}

fn protects(assessment: &Assessment, text: &mut String) {
    text.push_str("\n# What is worth protecting, for whom, and where it lies.\nprotects:\n");
    let mut worth: Vec<&Asset> = assessment.assets.iter().filter(|it| is_worth(it)).collect();
    worth.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.id.cmp(&b.id)));
    if worth.is_empty() {
        text.push_str("  # Nothing on the map is known to be confidential. What is?\n");
        text.push_str("  # customer-data: {data: [customer], level: confidential, for: our customers}\n");
    }
    for (number, asset) in worth.iter().take(MOST).enumerate() {
        let Some(level) = asset.level else { continue };
        let _infallible = writeln!(
            text,
            "  # {}\n  asset-{}:\n    in: [{}]\n    level: {level}\n    for: # Whose is it?\n    owner: # Who answers for it?",
            visible(&asset.name).replace(['\n', '\r'], " "),
            number + 1,
            quoted(asset.id.as_str()),
        );
    }
    if let more @ 1.. = worth.len().saturating_sub(MOST) {
        let _infallible =
            writeln!(text, "  # {more} more are confidential: `ambit scan --format json` lists all assets.");
    }
}

/// Stores and memories that not everybody may know; what they are called must be an id that the file can hold.
fn is_worth(asset: &Asset) -> bool {
    let lies = matches!(asset.kind, AssetKind::DataStore | AssetKind::Memory);
    let id = asset.id.as_str();
    let plain =
        id.len() <= 256 && !id.contains(['*', '?', '[', '{', '\\']) && !id.chars().any(char::is_control);
    lies && plain && asset.level >= Some(Level::Confidential) && id.trim() == id
}

fn owners(assessment: &Assessment, text: &mut String) {
    let agents: Vec<&Asset> = assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent).collect();
    if agents.is_empty() {
        return;
    }
    text.push_str("\n# Who answers for each agent:\nfacts:\n  assets:\n");
    for agent in agents.iter().take(MOST) {
        let _infallible = writeln!(text, "    # {}: {{owner: , because: }}", quoted(agent.id.as_str()));
    }
}

/// As a YAML text between double quotes, which JSON's are too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(visible(text).as_ref()).to_string()
}
