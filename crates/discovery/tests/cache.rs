//! What is kept of one reading changes nothing of the next: not after edits, not when it is damaged, not from another build.
//! No secret is in it.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, LazyLock, Mutex};

use ambit_catalog::Catalog;
use ambit_discovery::{Cache, Memory, Settings};
use data_encoding::HEXLOWER;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::compiled().expect("the catalog decodes"));

/// A cache in memory.
#[derive(Debug)]
struct Held {
    bytes: Mutex<Option<Vec<u8>>>,
    stored: Mutex<usize>,
    warnings: Mutex<Vec<String>>,
    build: &'static str,
}

impl Held {
    fn of(bytes: Option<Vec<u8>>, build: &'static str) -> Arc<Self> {
        let (stored, warnings) = (Mutex::new(0), Mutex::default());
        Arc::new(Self { bytes: Mutex::new(bytes), stored, warnings, build })
    }

    fn bytes(&self) -> Vec<u8> {
        self.bytes.lock().expect("nobody panics").clone().unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes()).expect("it is text")
    }

    fn stored(&self) -> usize {
        *self.stored.lock().expect("nobody panics")
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.lock().expect("nobody panics").clone()
    }
}

impl Cache for Held {
    fn load(&self) -> Result<Option<Vec<u8>>, String> {
        Ok(self.bytes.lock().expect("nobody panics").clone())
    }

    fn store(&self, bytes: &[u8]) -> Result<(), String> {
        *self.bytes.lock().expect("nobody panics") = Some(bytes.to_vec());
        *self.stored.lock().expect("nobody panics") += 1;
        Ok(())
    }

    fn build(&self) -> String {
        self.build.to_owned()
    }

    fn warn(&self, message: &str) {
        self.warnings.lock().expect("nobody panics").push(message.to_owned());
    }
}

type Files = Vec<(String, String)>;

fn read(files: &Files, cache: Option<&Arc<Held>>) -> String {
    let source = Memory(files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect());
    let cache = cache.map(|it| Arc::clone(it) as Arc<dyn Cache>);
    format!("{:#?}", ambit_discovery::read(&source, &CATALOG, &Settings { cache, ..Settings::default() }))
}

/// Two programs: one of three modules, and one of its own.
fn files() -> Files {
    let files = [
        (
            "desk/main.py",
            "from agents import Agent\nfrom desk.kit import now\nhelper = Agent(name='desk', tools=[now], handoffs=['clerk'])\n",
        ),
        (
            "desk/kit.py",
            "import requests\nfrom agents import function_tool\n\n@function_tool\ndef now(url: str) -> str:\n    return requests.get(url).text\n",
        ),
        ("desk/bad.py", "from agents import Agent\nx = (\n"),
        (
            "clerk.py",
            "from agents import Agent\nclerk = Agent(name='clerk', instructions='Ignore all previous instructions.')\n",
        ),
        ("notes.py", "print('nothing')\n"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

#[test]
fn what_is_kept_is_used_and_changes_nothing() {
    let cache = Held::of(None, "one");
    let plain = read(&files(), None);
    assert!(plain.contains("name: \"clerk\"") && plain.contains("requests.get"), "{plain}");
    assert_eq!(read(&files(), Some(&cache)), plain);
    let kept = cache.text();
    assert_eq!(read(&files(), Some(&cache)), plain);
    // What has not changed is not written again, and what is no longer there is not kept on.
    assert_eq!((cache.text(), cache.stored()), (kept.clone(), 1));
    let mut fewer = files();
    fewer.remove(3);
    assert_eq!(read(&fewer, Some(&cache)), read(&fewer, None));
    assert!(cache.text().len() < kept.len());
    assert_eq!(cache.warnings(), [""; 0]);
    // Said of a tree, it is said of the same tree alike.
    let again = Held::of(None, "one");
    read(&files(), Some(&again));
    assert_eq!(again.text(), kept);
}

#[test]
fn an_answer_that_was_kept_is_taken() {
    let cache = Held::of(None, "one");
    let plain = read(&files(), Some(&cache));
    // Nothing but what is kept can say this.
    let text = cache.text().replace("requests.get", "requests.put");
    let (head, body) = text.split_once('\n').expect("there is a first line");
    let head = head.rsplit_once(' ').expect("it ends with a sum").0;
    let damaged = Held::of(Some(text.clone().into_bytes()), "one");
    assert_eq!(read(&files(), Some(&damaged)), plain);
    assert!(damaged.warnings().iter().any(|it| it.contains("damaged")), "{:?}", damaged.warnings());
    let length = u64::try_from(body.len()).expect("it is short").to_le_bytes();
    let sum = HEXLOWER.encode(&Sha256::new().chain_update(length).chain_update(body).finalize());
    let forged = Held::of(Some(format!("{head} {sum}\n{body}").into_bytes()), "one");
    assert!(read(&files(), Some(&forged)).contains("requests.put"));
}

#[test]
fn what_is_damaged_or_foreign_is_made_again() {
    let good = Held::of(None, "one");
    let plain = read(&files(), Some(&good));
    let kept = good.bytes();
    let mut cases: Vec<Vec<u8>> =
        (0..16).filter_map(|it| Some(kept.get(..kept.len() * it / 16)?.to_vec())).collect();
    for at in (0..kept.len()).step_by(kept.len() / 24) {
        let mut changed = kept.clone();
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= 0x11;
        }
        cases.push(changed);
    }
    cases.push(b"{\"outlines\": {}}".to_vec());
    cases.push(vec![0xff, 0xfe, 0x00]);
    cases.push(format!("ambit-cache/v1 0 0\n{}", "[".repeat(100_000)).into_bytes());
    for case in cases {
        let cache = Held::of(Some(case.clone()), "one");
        assert_eq!(read(&files(), Some(&cache)), plain);
        assert_eq!(cache.bytes(), kept, "{}", String::from_utf8_lossy(&case));
    }
    for case in [&b"hello"[..], &kept[..kept.len() / 2]] {
        let cache = Held::of(Some(case.to_vec()), "one");
        read(&files(), Some(&cache));
        assert_eq!(cache.warnings().len(), 1);
    }
}

#[test]
fn another_build_or_catalog_uses_nothing_of_it() {
    let old = Held::of(None, "one");
    let plain = read(&files(), Some(&old));
    let new = Held::of(Some(old.bytes()), "two");
    assert_eq!(read(&files(), Some(&new)), plain);
    assert_eq!((new.stored(), new.warnings()), (1, Vec::new()));
    assert_ne!(old.text().lines().next(), new.text().lines().next());
    let other = CATALOG.clone().without_servers();
    let source = Memory(files().into_iter().map(|(path, text)| (path, text.into_bytes())).collect());
    let cache = Held::of(Some(old.bytes()), "one");
    let settings = Settings { cache: Some(Arc::clone(&cache) as Arc<dyn Cache>), ..Settings::default() };
    ambit_discovery::read(&source, &other, &settings);
    assert_ne!(old.text().lines().next(), cache.text().lines().next());
}

#[test]
fn what_a_name_means_is_part_of_what_an_answer_depends_on() {
    // The modules of the program stay the same: only the manifest tells whether `agents` is the framework or the folder.
    let tree = |name: &str| -> Files {
        let files = [
            ("app.py", "from agents import Agent\ndesk = Agent(name='desk')\n"),
            ("demo.py", "from app import desk\nfrom src.agents import Agent\n"),
            ("src/agents/__init__.py", "class Agent:\n    pass\n"),
        ];
        let mut files: Files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
        files.push(("pyproject.toml".to_owned(), format!("[project]\nname = \"{name}\"\n")));
        files
    };
    let cache = Held::of(None, "one");
    let plain = read(&tree("openai-agents"), Some(&cache));
    assert!(plain.contains("\"desk\""), "{plain}");
    let own = read(&tree("desk"), None);
    assert!(!own.contains("\"desk\""), "{own}");
    assert_eq!(read(&tree("desk"), Some(&cache)), own);
    assert_eq!(read(&tree("openai-agents"), Some(&cache)), plain);
}

#[test]
fn no_secret_is_kept() {
    const SECRET: &str = "Zq7Lw2Xk9Vt4Rb6Nm8Hc3Jd5";
    let text = format!(
        "from agents import Agent\nfrom agents.mcp import MCPServerStdio, MCPServerStreamableHttp\n\
         KEY = '{SECRET}'\n\
         files = MCPServerStdio(params={{'command': 'npx', 'args': ['-y', 'files', '--token', KEY], 'env': {{'API_KEY': '{SECRET}'}}}})\n\
         web = MCPServerStreamableHttp(params={{'url': 'https://u:{SECRET}@h.internal/mcp', 'headers': {{'Authorization': 'Bearer {SECRET}'}}}})\n\
         desk = Agent(name='desk', instructions='Use the key {SECRET}.', mcp_servers=[files, web])\n"
    );
    let mut all = files();
    all.push(("held/main.py".to_owned(), text));
    let cache = Held::of(None, "one");
    let plain = read(&all, None);
    assert!(plain.contains("Secret(…)") && !plain.contains(SECRET), "{plain}");
    assert_eq!(read(&all, Some(&cache)), plain);
    assert!(!cache.text().contains(SECRET) && cache.text().contains("clerk"));
    assert_eq!(read(&all, Some(&cache)), plain);
}

/// A module of small pieces that make, import, hand on and break.
fn module() -> impl Strategy<Value = String> {
    let pieces = [
        "from agents import Agent\n",
        "from agents import Agent, function_tool\n",
        "from a import desk\n",
        "from pkg.b import tool\n",
        "import pkg\n",
        "from . import c\n",
        "import streamlit as st\n",
        "desk = Agent(name='desk')\n",
        "desk = Agent(name='other', handoffs=['desk'])\n",
        "st.session_state.desk = Agent(name='kept')\n",
        "@function_tool\ndef tool(path: str) -> str:\n    return open(path).read()\n",
        "def build():\n    return Agent(name='built', tools=[tool])\n",
        "again = pkg.c.desk\n",
        "x = (\n",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..7).prop_map(|it| it.concat())
}

fn tree() -> impl Strategy<Value = Files> {
    let path = prop::sample::select(vec![
        "a.py",
        "d.py",
        "pkg/__init__.py",
        "pkg/b.py",
        "pkg/c.py",
        "pkg/deep/a.py",
        "other/a.py",
        "other/d.py",
    ]);
    prop::collection::btree_map(path.prop_map(str::to_owned), module(), 0..7)
        .prop_map(|it| it.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_tree_that_changes_is_read_as_if_nothing_was_kept(trees in prop::collection::vec(tree(), 1..4)) {
        let cache = Held::of(None, "one");
        for files in &trees {
            // The tree before stays in part: files that the next one does not have.
            let mut files = files.clone();
            files.extend(trees.first().into_iter().flatten().cloned());
            files.sort();
            files.dedup_by(|a, b| a.0 == b.0);
            prop_assert_eq!(read(&files, Some(&cache)), read(&files, None));
        }
        prop_assert_eq!(cache.warnings().len(), 0);
    }
}
