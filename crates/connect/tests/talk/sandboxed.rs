//! The sandbox, where the machine that tests has one; where it has none, that this is said and nothing starts.

use ambit_catalog::Catalog;
use ambit_connect::{Plan, Wish};

use crate::program::Program;

/// Writes down what it can do, before it answers.
const TRIES: &str = r#"first() {
  touch here 2>/dev/null && here=written || here=refused
  touch /tmp/ambit-was-here 2>/dev/null && scratch=written || scratch=refused
  keys=$(ls "$HOME/.ssh" 2>/dev/null | wc -l)
  others=$(ls /proc | grep -c '^[0-9]*$')
  links=$(grep -c : /proc/net/dev)
  echo "here=$here scratch=$scratch keys=$keys links=$links few=$([ "$others" -lt 20 ] && echo yes)" >&2
}"#;

#[test]
fn a_sandbox_takes_away_what_it_says_or_nothing_starts() {
    let mut program = Program::new(TRIES);
    program.options.sandbox = Wish::Require;
    let home = tempfile::TempDir::new_in(std::env::current_dir().unwrap()).unwrap();
    std::fs::create_dir(home.path().join(".ssh")).unwrap();
    std::fs::write(home.path().join(".ssh/id"), "a key").unwrap();
    let mut surroundings = program.surroundings();
    surroundings.environment.insert("HOME".to_owned(), home.path().to_str().unwrap().to_owned());
    surroundings.home = Some(home.path().to_path_buf());
    let words = ["sh".to_owned(), "server.sh".to_owned()];
    let ground = (&surroundings, &program.options);
    match Plan::of_words("orders", &words, ground, &Catalog::compiled().unwrap()) {
        Ok(plan) => {
            let shown = plan.shown().join("\n");
            assert!(shown.contains("bwrap (files are read-only, no network)"), "{shown}");
            let answer = ambit_connect::ask(&plan, &program.limits, &|_| {});
            let answer = answer.unwrap_or_else(|e| panic!("{e}: {}", e.complaints));
            assert_eq!(answer.complaints(), "here=refused scratch=written keys=0 links=1 few=yes\n");
            assert!(!std::path::Path::new("/tmp/ambit-was-here").exists());
        }
        Err(error) => {
            assert!(error.to_string().starts_with("no sandbox: bubblewrap "), "{error}");
            program.options.sandbox = Wish::Auto;
            let shown = program.plan().shown().join("\n");
            assert!(shown.contains("sandbox: none (bubblewrap "), "{shown}");
        }
    }
}
