//! A server of a few lines of shell, which says what a test wants it to.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use ambit_catalog::Catalog;
use ambit_connect::{Answer, Limits, Options, Plan, Surroundings, Unanswered, Wish};
use tempfile::TempDir;

/// Reads one message after the other and answers by its method. What a test adds stands before and among.
const LOOP: &str = r#"
reply() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
fail() { printf '{"jsonrpc":"2.0","id":%s,"error":{"code":%s,"message":"%s"}}\n' "$id" "$1" "$2"; }
greet() {
  reply '{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"orders","version":"1.2.0"}}'
}
tools() { reply '{"tools":[{"name":"cancel","description":"Cancels.","inputSchema":{"type":"object"}}]}'; }
other() { fail -32601 'unknown'; }
first() { :; }
#ADDED
first
while IFS= read -r line; do
  id=${line#*\"id\":}
  id=${id%%[,\}]*}
  case "$line" in
    *'"server/discover"'*) fail -32601 unknown ;;
    *'"initialize"'*) greet ;;
    *'"notifications/'*) ;;
    *'"tools/list"'*) tools ;;
    *'"method"'*) other ;;
  esac
done
"#;

/// A server in a folder of its own.
pub(crate) struct Program {
    pub(crate) folder: TempDir,
    pub(crate) options: Options,
    pub(crate) limits: Limits,
}

impl Program {
    /// One that redefines some of the functions above.
    pub(crate) fn new(added: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("server.sh"), LOOP.replace("#ADDED", added)).unwrap();
        let limits = Limits { grace: Duration::from_millis(200), ..Limits::default() };
        Self { folder, options: Options { sandbox: Wish::Off, ..Options::default() }, limits }
    }

    /// The surroundings that it is started from.
    pub(crate) fn surroundings(&self) -> Surroundings {
        let pairs =
            [("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent"), ("SECRET_OF_MINE", "hunter2hunter2")];
        let environment = pairs.iter().map(|(name, it)| ((*name).to_owned(), (*it).to_owned()));
        Surroundings {
            environment: environment.collect::<BTreeMap<_, _>>(),
            home: None,
            folder: self.folder.path().to_path_buf(),
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        let words = ["sh".to_owned(), "server.sh".to_owned()];
        let catalog = Catalog::compiled().unwrap();
        Plan::of_words("orders", &words, (&self.surroundings(), &self.options), &catalog).unwrap()
    }

    /// Asks it.
    pub(crate) fn ask(&self) -> Result<Answer, Unanswered> {
        ambit_connect::ask(&self.plan(), &self.limits, &|_| panic!("nobody signs in to a program"))
    }

    /// Why there was no answer.
    pub(crate) fn error(&self) -> String {
        self.ask().expect_err("there is no answer").to_string()
    }

    /// The record of its answer.
    pub(crate) fn record(&self) -> serde_json::Value {
        let answer = self.ask().unwrap_or_else(|e| panic!("{e}: {}", e.complaints));
        serde_json::from_str(&answer.record()).unwrap()
    }

    /// A process id that it wrote to a file of its folder.
    pub(crate) fn id(&self, file: &str) -> u32 {
        let path = self.folder.path().join(file);
        wait(|| std::fs::read_to_string(&path).ok()?.trim().parse().ok())
    }
}

/// Waits until `look` finds something.
pub(crate) fn wait<T>(look: impl Fn() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::yield_now();
    }
}

/// Waits until the process `id` is gone, or dead and unburied.
pub(crate) fn gone(id: u32) {
    wait(|| {
        let stat = std::fs::read_to_string(Path::new("/proc").join(id.to_string()).join("stat"));
        let dead =
            stat.map_or(true, |it| it.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')));
        dead.then_some(())
    });
}
