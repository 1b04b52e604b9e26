//! `OpenCode` in a job: its action and its command line. Facts: <https://opencode.ai/docs/github>,
//! github:anomalyco/opencode (`github/action.yml`, `packages/opencode/src/cli/cmd/github.ts`).

use ambit_model::facts::Object;
use ambit_model::facts::{Insert, Package, Token};
use ambit_model::{Audience, Bandwidth, BlastRadius, Effect, Reversibility, Trust};

use super::agent::{Admits, Making, pinned, talk};
use super::claude::own;
use super::events;
use super::permissions::{self, Effective, REPOSITORY};
use super::scalar::Scalar;
use super::shell::Word;
use super::starts::Arguments;
use crate::fragment::Loads;

pub(super) const CLIENT: &str = "opencode";

const VALUED: &[&str] = &[
    "-m",
    "--model",
    "--agent",
    "-f",
    "--file",
    "--format",
    "--title",
    "-s",
    "--session",
    "--attach",
    "--port",
    "--command",
    "--variant",
];

/// Reads the step of the action.
pub(super) fn action(making: &mut Making<'_>) {
    let step = making.step;
    let line = making.line.clone();
    if let Some((name, version)) = step.action() {
        let (name, pin) = (name.to_owned(), pinned(version));
        making.resolves(Package { ecosystem: "github-action".to_owned(), name, pin, place: line });
    }
    making.model(step.input("model"));
    let own_token = step.input("use_github_token").is_some_and(|it| it.text.trim() == "true");
    by_event(making, own_token, step.input("prompt").cloned());
}

/// `opencode run …` and `opencode github run` in a script.
pub(super) fn command_line(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let parsed = Arguments::of(words, VALUED, &[]);
    if let Some(word) = parsed.flag(&["-m", "--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    let first = words.first().map(|it| it.text.as_str());
    if first == Some("github") {
        making.fragment.program.starts.clear();
        let variable = |name: &str| making.step.env.iter().find(|(it, _)| it == name).map(|it| it.1.clone());
        let own_token = variable("USE_GITHUB_TOKEN").is_some_and(|it| it.text.trim() == "true");
        let (model, prompt) = (variable("MODEL"), variable("PROMPT"));
        making.model(model.as_ref());
        return by_event(making, own_token, prompt);
    }
    making.surround(Loads::Everything, false);
}

/// It answers to what was said: in a comment, and with commits. People without write access it refuses.
fn by_event(making: &mut Making<'_>, own_token: bool, prompt: Option<Scalar>) {
    let admits = Admits::Writers(making.line.clone());
    let prompt = prompt.filter(|it| !it.text.trim().is_empty());
    if let Some(prompt) = &prompt {
        making.told(prompt, &admits);
    }
    let spoken =
        |it: &&super::run::Cause| it.event.starts_with("issue") || events::is_of_pull_request(&it.event);
    if let Some(cause) = making.run.causes.iter().find(spoken) {
        let own_change = making
            .run
            .causes
            .iter()
            .filter(spoken)
            .all(|it| it.event == "pull_request" && !it.is_foreign(making.needs_secret));
        let trust = if own_change { Trust::Organization } else { Trust::Public };
        let what = "title, body and comments of the issue or pull request".to_owned();
        let place = cause.place.clone();
        let insert = Insert { what, trust, from: talk(), among_instructions: false, place };
        making.fragment.program.prompts.push(insert);
    }
    making.started(&admits, |event| events::is_open(event, ""));
    let owner = "opencode-action";
    let push =
        Effect::Writes { reversibility: Reversibility::Recoverable, blast_radius: BlastRadius::Workspace };
    let on = Object::named(REPOSITORY.0, REPOSITORY.1);
    own(making, ("push", owner), push, on, "push commits to a branch and open a pull request");
    let says = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
    let does = "write its answer where everybody who can read the repository reads it";
    own(making, ("comment", owner), says, talk(), does);
    if !own_token {
        let line = &making.line;
        let list = &["contents", "issues", "pull-requests"];
        let token: Token = permissions::token("GITHUB_TOKEN", Effective::Granted(list, line), line);
        making.fragment.program.tokens.push(token);
    }
    making.reads_variables(false, &admits);
    making.surround(Loads::Everything, false);
}
