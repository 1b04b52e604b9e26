//! What an earlier scan is said to have kept, with a right sum and any answers: whatever it tells, the reading ends and can be
//! mapped, and no file gets lost. The first two bytes choose what of the answers is replaced by the rest.
#![no_main]

use std::sync::{Arc, LazyLock, Mutex};

use ambit_discovery::{Cache, Memory, Settings, read};
use ambit_fuzz::CATALOG;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

/// Two programs: one with an agent, its tool and a credential in the environment, and one beside it.
static FILES: LazyLock<Memory> = LazyLock::new(|| {
    let agent = "from langchain.agents import create_agent\nimport os, requests, helper\n\n\ndef fetch(url: str):\n    \
                 return requests.get(url, headers={'x': os.environ['TOKEN']}).text\n\n\nagent = create_agent('gpt-5', \
                 tools=[fetch, helper.note])\n";
    let helper = "def note(text: str):\n    open('notes.txt', 'a').write(text)\n";
    let other = "from langchain.agents import create_agent\nother = create_agent('gpt-5', tools=[])\n";
    Memory::of([("a/agent.py", agent), ("a/helper.py", helper), ("b/other.py", other)])
});

/// What a reading of them keeps: the first line without its sum, and the answers.
static KEPT: LazyLock<(String, String)> = LazyLock::new(|| {
    let held = Arc::new(Held::default());
    reading(&held);
    let text = String::from_utf8(held.bytes()).expect("it is text");
    let (first, body) = text.split_once('\n').expect("it has a first line");
    let (head, _) = first.rsplit_once(' ').expect("its sum stands last");
    (head.to_owned(), body.to_owned())
});

#[derive(Debug, Default)]
struct Held(Mutex<Vec<u8>>);

impl Held {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().expect("nobody panics").clone()
    }
}

impl Cache for Held {
    fn load(&self) -> Result<Option<Vec<u8>>, String> {
        Ok(Some(self.bytes()).filter(|it| !it.is_empty()))
    }

    fn store(&self, bytes: &[u8]) -> Result<(), String> {
        *self.0.lock().expect("nobody panics") = bytes.to_vec();
        Ok(())
    }

    fn build(&self) -> String {
        "fuzz".to_owned()
    }

    fn warn(&self, message: &str) {
        assert!(!message.is_empty());
    }
}

fn reading(held: &Arc<Held>) {
    let cache: Arc<dyn Cache> = held.clone();
    let settings = Settings { cache: Some(cache), ..Settings::default() };
    let inventory = read(&*FILES, &CATALOG, &settings);
    let inputs = &inventory.inputs;
    assert_eq!(inputs.seen, inputs.read + inputs.ignored + inputs.skipped.len() + inputs.failed, "{inputs:?}");
    ambit_analysis::assess(inventory, &CATALOG);
}

/// The file with these answers, as if Ambit had written it.
fn whole(head: &str, body: &str) -> Vec<u8> {
    let mut sum = Sha256::new();
    sum.update(u64::try_from(body.len()).expect("it is short").to_le_bytes());
    sum.update(body);
    let sum: String = sum.finalize().iter().map(|it| format!("{it:02x}")).collect();
    format!("{head} {sum}\n{body}").into_bytes()
}

fuzz_target!(|data: &[u8]| {
    let [high, low, length, rest @ ..] = data else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let (head, body) = &*KEPT;
    let at = body.floor_char_boundary(usize::from(u16::from_be_bytes([*high, *low])) % body.len());
    let end = body.floor_char_boundary((at + usize::from(*length)).min(body.len()));
    let changed = format!("{}{text}{}", &body[..at], &body[end.max(at)..]);
    reading(&Arc::new(Held(Mutex::new(whole(head, &changed)))));
});
