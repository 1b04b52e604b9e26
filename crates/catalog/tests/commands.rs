//! What the catalog says of commands: classes, and the arguments that break out of them.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use ambit_catalog::Catalog;
use ambit_catalog::schema::{Command, CommandClass};

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

fn split(line: &str) -> Vec<&str> {
    line.split(' ').filter(|it| !it.is_empty()).collect()
}

/// The class of a line, without what may follow it.
fn class(catalog: &Catalog, line: &str) -> CommandClass {
    let (program, words) = line.split_once(' ').unwrap_or((line, ""));
    let command = catalog.command(program).unwrap_or_else(|| panic!("{program} is not listed"));
    command.class_after(&split(words))
}

#[test]
fn lines_have_the_class_that_their_manual_gives_them() {
    use CommandClass::{
        Destroys, Inspects, Installs, Network, Publishes, Reads, RunsWorkspace, Service, Universal, Writes,
    };
    let catalog = catalog();
    for (line, expected) in [
        ("ls -la", Inspects),
        ("git status --short", Inspects),
        ("git log -5", Inspects),
        ("git push origin main", Service),
        ("git stash", Writes),
        ("git stash drop", Destroys),
        ("git commit -m x", RunsWorkspace),
        ("git config user.name", Universal),
        ("git config --get user.name", Reads),
        ("cat ~/.ssh/id_rsa", Reads),
        ("less README.md", Reads),
        ("rm -rf .", Destroys),
        ("dd if=/dev/zero", Destroys),
        ("curl https://example.org", Network),
        ("npm test", RunsWorkspace),
        ("npm run build", RunsWorkspace),
        ("npm install left-pad", Installs),
        ("npm publish", Publishes),
        ("npm exec cowsay", Universal),
        ("npx cowsay", Universal),
        ("npx tsc --noEmit", RunsWorkspace),
        ("cargo test", RunsWorkspace),
        ("cargo publish", Publishes),
        ("cargo anything", Universal),
        ("python -m pytest", RunsWorkspace),
        ("python -c pass", Universal),
        ("python3 -m http.server", Network),
        ("uv run pytest", RunsWorkspace),
        ("uv run anything", Universal),
        ("docker ps", Inspects),
        ("docker run alpine", Universal),
        ("docker compose down", Destroys),
        ("kubectl get pods", Service),
        ("kubectl exec pod", Universal),
        ("terraform plan", RunsWorkspace),
        ("terraform apply", Publishes),
        ("terraform destroy", Destroys),
        ("aws s3 ls", Service),
        ("gh pr view 1", Service),
        ("gh gist create x", Publishes),
        ("gh auth token", Reads),
        ("awk 1", Universal),
        ("sed -n 1p", Universal),
        ("xargs", Universal),
        ("sudo ls", Universal),
        ("ssh host", Universal),
        ("Get-Content x", Reads),
        ("Remove-Item x", Destroys),
        ("Invoke-Expression x", Universal),
    ] {
        assert_eq!(class(&catalog, line), expected, "{line}");
    }
}

#[test]
fn an_open_pattern_reaches_the_escapes_that_can_still_follow() {
    let catalog = catalog();
    for (line, expected) in [
        ("find .", Some("-exec")),
        ("git", Some("-c")),
        ("git grep", Some("grep -O")),
        ("git grep needle", Some("grep -O")),
        ("git push", Some("push --receive-pack")),
        ("git status", None),
        ("git log", None),
        ("git --no-pager log", None),
        ("tar -xf", Some("--to-command")),
        ("make test", Some("--eval")),
        ("cargo test", Some("test --config")),
        ("cargo fmt", None),
        ("ls", None),
        ("cat", None),
    ] {
        let words = split(line);
        let found = catalog.command(words[0]).expect("it is listed").escape(&words[1..], true);
        assert_eq!(found, expected, "{line}:*");
    }
}

#[test]
fn an_exact_pattern_reaches_only_the_escapes_that_it_holds() {
    let catalog = catalog();
    for (line, expected) in [
        ("find . -name x", None),
        ("find . -exec rm {} ;", Some("-exec")),
        ("git", None),
        ("git -c core.pager=x status", Some("-c")),
        ("git status -c x", None),
        ("git grep --open-files-in-pager=x y", Some("grep --open-files-in-pager")),
        ("make SHELL=/tmp/x", Some("SHELL=")),
        ("make test", None),
        ("tar --to-command=sh -xf a", Some("--to-command")),
    ] {
        let words = split(line);
        let found = catalog.command(words[0]).expect("it is listed").escape(&words[1..], false);
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn outputs_are_found_as_escapes_are() {
    let catalog = catalog();
    let git = catalog.command("git").expect("it is listed");
    assert_eq!(git.output(&["log"], true), Some("log --output"));
    assert_eq!(git.output(&["log"], false), None);
    assert_eq!(git.output(&["log", "--output=x"], false), Some("log --output"));
    assert_eq!(git.output(&["status"], true), None);
    let sort = catalog.command("sort").expect("it is listed");
    assert_eq!(sort.output(&["-o", "x"], false), Some("-o"));
}

#[test]
fn leading_words_of_escapes_and_outputs_are_words_that_the_command_knows() {
    let commands: std::collections::BTreeMap<String, Command> =
        toml::from_str(include_str!("../data/commands.toml")).expect("the file decodes");
    assert!(commands.len() > 300, "{} commands", commands.len());
    for (name, command) in &commands {
        for key in command.with.keys() {
            assert_eq!(split(key).join(" "), *key, "{name}: `{key}` is not in words");
        }
        for argument in command.escapes.iter().chain(&command.outputs) {
            let Some((leading, _)) = argument.rsplit_once(' ') else { continue };
            assert!(command.with.contains_key(leading), "{name}: `{argument}` counts after unknown words");
        }
    }
}
