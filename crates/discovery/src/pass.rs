//! The pass over all files: which reader is for which, what became of each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::facts::{Inputs, Skipped};
use ambit_model::{Problem, Scope, parallel};
use memchr::memmem;

use crate::bytes::decode;
use crate::cache::Kept;
use crate::code::{self, Glance, Sought, Tree};
use crate::fragment::{Location, Sink};
use crate::imports;
use crate::patterns::Patterns;
use crate::readers::{ALL, Base, Form, Reader, Spot, Text, ci, flows};
use crate::source::{Entry, Source, Unread};
use crate::text::front_matter;
use crate::together;
use crate::tree::{self, Fault, Kind, Node, Position, Syntax, View};
use crate::{Answer, Settings};

/// The largest file that is searched for marks of a format when its path says nothing.
const LARGEST_SNIFFED: u64 = 1024 * 1024;

/// The same for code and other plain text: what is larger was not written by hand.
const LARGEST_PLAIN: u64 = 256 * 1024;
/// How much of plain text is searched: imports stand at the top.
const SEARCHED_PLAIN: usize = 16 * 1024;

/// Endings of files that may hold a format although no client loads them from where they lie.
const SNIFFED: &[(&str, Form)] = &[
    (".json", Form::Tree(Syntax::Json)),
    (".jsonc", Form::Tree(Syntax::Json)),
    (".json5", Form::Tree(Syntax::Json)),
    (".hook", Form::Tree(Syntax::Json)),
    (".roomodes", Form::Tree(Syntax::Yaml)),
    (".yaml", Form::Tree(Syntax::Yaml)),
    (".yml", Form::Tree(Syntax::Yaml)),
    (".toml", Form::Tree(Syntax::Toml)),
    (".tf", Form::Tree(Syntax::Hcl)),
    (".tofu", Form::Tree(Syntax::Hcl)),
    (".md", Form::Markdown),
    (".mdc", Form::Markdown),
    (".tmpl", Form::Plain),
    (".cs", Form::Plain),
];

/// The places of all readers are the same in every pass; putting the matcher together takes longer than a
/// small scan.
static SPOTS: std::sync::OnceLock<Spots> = std::sync::OnceLock::new();

/// What a pass leaves behind.
pub(crate) struct Pass {
    pub(crate) sink: Sink,
    pub(crate) inputs: Inputs,
}

impl Pass {
    /// Adds what a server has answered, by way of the reader of such files.
    pub(crate) fn add(&mut self, answer: &Answer, catalog: &Catalog) {
        let entry = Entry { named: true, ..Entry::file(answer.path.as_str(), answer.text.len() as u64) };
        self.inputs.seen += 1;
        match parse(&entry, &answer.text, Form::Tree(Syntax::Json), None, catalog) {
            Outcome::Read(mut sink) => {
                self.inputs.read += 1;
                for list in &mut sink.tool_lists {
                    list.asked = Some(answer.key.clone());
                }
                self.inputs.problems.append(&mut sink.problems);
                self.sink.tool_lists.append(&mut sink.tool_lists);
            }
            Outcome::Failed(problem) => {
                self.inputs.failed += 1;
                self.inputs.problems.push(problem);
            }
            // An answer is JSON, whatever it is called.
            Outcome::Ignored | Outcome::Code(_) | Outcome::Other(_) => self.inputs.ignored += 1,
            Outcome::Skipped(reason) => {
                self.inputs.skipped.push(Skipped { path: answer.path.clone(), reason });
            }
        }
        self.inputs.problems.sort();
    }
}

/// How the file at `path` is written: by the reader for its place, else by its ending.
pub(crate) fn form(path: &str) -> Option<Form> {
    let placed = SPOTS.get_or_init(Spots::new).of(path);
    placed.map(|(reader, ..)| reader.form).or_else(|| form_of(path))
}

/// What became of one file.
#[expect(clippy::large_enum_variant, reason = "most files are of the small kind, and none is kept")]
enum Outcome {
    Read(Sink),
    /// Code that has to do with agents.
    Code(Glance),
    /// Code that may have to do with that.
    Other(Glance),
    Ignored,
    Skipped(String),
    Failed(Problem),
}

/// Reads every file of `source` that a reader is for.
pub(crate) fn run(source: &dyn Source, catalog: &Catalog, settings: &Settings) -> Pass {
    let progress = settings.progress.as_deref();
    let mut listing = source.list();
    listing.files.sort();
    let spots = SPOTS.get_or_init(Spots::new);
    let has_code = listing.files.iter().any(|it| code::language(&it.path).is_some());
    let sought = has_code.then(|| Sought::of(catalog));
    progress.iter().for_each(|it| it.listed(listing.files.len()));
    let outcomes = parallel::map(&listing.files, |entry| {
        let outcome = one(entry, source, catalog, (spots, sought.as_ref()));
        progress.iter().for_each(|it| it.one_done());
        outcome
    });
    let mut pass = Pass { sink: Sink::default(), inputs: Inputs::default() };
    pass.inputs.seen = listing.files.len();
    pass.inputs.pruned = listing.pruned;
    let mut ignored = BTreeSet::new();
    let (mut seeds, mut glances) = (Vec::new(), BTreeMap::new());
    for (index, (entry, outcome)) in listing.files.iter().zip(outcomes).enumerate() {
        match outcome {
            Outcome::Read(sink) => {
                pass.inputs.read += 1;
                pass.sink.append(sink);
            }
            Outcome::Code(glance) => {
                pass.inputs.read += 1;
                seeds.push(index);
                glances.insert(index, glance);
            }
            Outcome::Other(glance) => {
                pass.inputs.ignored += 1;
                ignored.insert(entry.path.as_str());
                glances.insert(index, glance);
            }
            Outcome::Ignored => {
                pass.inputs.ignored += 1;
                ignored.insert(entry.path.as_str());
            }
            Outcome::Skipped(reason) => {
                pass.inputs.skipped.push(Skipped { path: entry.path.clone(), reason });
            }
            Outcome::Failed(problem) => {
                pass.inputs.failed += 1;
                pass.sink.problems.push(problem);
            }
        }
    }
    if !seeds.is_empty() {
        let brought =
            programs((&seeds, &glances), &listing.files, source, (catalog, settings), &mut pass.sink);
        let counted = brought.iter().filter(|it| ignored.remove(it.as_str())).count();
        pass.inputs.ignored -= counted;
        pass.inputs.read += counted;
    }
    code::announced(&mut pass.sink);
    flows::join(&mut pass.sink, catalog);
    let pipelines = std::mem::take(&mut pass.sink.pipelines);
    if !pipelines.is_empty() {
        let found = ci::join(pipelines, catalog, &|path| open(path, &listing.files, source));
        pass.sink.append(found);
    }
    let brought = imports::follow(&pass.sink.fragments, |path| open(path, &listing.files, source));
    // Files that no reader is for count as read once a rules file brings them in.
    let counted = brought.read.iter().filter(|it| ignored.remove(it.as_str())).count();
    pass.inputs.ignored -= counted;
    pass.inputs.read += counted;
    pass.sink.fragments.extend(brought.fragments);
    pass.sink.problems.extend(brought.problems);
    let groups = std::mem::take(&mut pass.sink.groups);
    let together =
        together::read(&groups, &listing.files, |path| open(path, &listing.files, source), catalog);
    let counted = together.read.iter().filter(|it| ignored.remove(it.as_str())).count();
    pass.inputs.ignored -= counted;
    pass.inputs.read += counted;
    pass.sink.append(together.sink);
    pass.inputs.problems = std::mem::take(&mut pass.sink.problems);
    pass.inputs.problems.sort();
    // A file that is read with others of its folder was read before.
    pass.inputs.problems.dedup();
    pass
}

/// Reads the programs that the files are parts of. Gives back the files that belong to them.
fn programs(
    (seeds, glances): (&[usize], &BTreeMap<usize, Glance>),
    files: &[Entry],
    source: &dyn Source,
    (catalog, settings): (&Catalog, &Settings),
    sink: &mut Sink,
) -> Vec<String> {
    let text = |path: &str| open(path, files, source).and_then(Result::ok);
    let packages = Arc::new(code::packages(files, &text, catalog));
    let kept = settings.cache.as_ref().map(|it| Kept::of(it, catalog));
    let tree = Tree { files, glances, packages, open: &text, kept: kept.as_ref() };
    let pieces = code::gather(seeds, &tree);
    let paths = pieces.iter().map(|it| it.path().to_owned()).collect();
    settings.progress.iter().for_each(|it| it.follows(pieces.len()));
    code::read(pieces, &tree, catalog, sink);
    kept.into_iter().for_each(Kept::finish);
    paths
}

/// The text of the file at `path`, which another file brings in.
fn open(path: &str, files: &[Entry], source: &dyn Source) -> Option<Result<String, String>> {
    let index = files.binary_search_by(|it| it.path.as_str().cmp(path)).ok()?;
    let entry = files.get(index)?;
    if let Some(reason) = &entry.barred {
        return Some(Err(reason.clone()));
    }
    let bytes = match source.read(path) {
        Ok(bytes) => bytes,
        Err(unread) => return Some(Err(unread.to_string())),
    };
    Some(decode(&bytes).map(str::to_owned).map_err(|fault| fault.message))
}

fn one(
    entry: &Entry,
    source: &dyn Source,
    catalog: &Catalog,
    (spots, sought): (&Spots, Option<&Sought<'_>>),
) -> Outcome {
    let placed = spots.of(&entry.path);
    if let (None, Some(_), Some(sought)) = (&placed, code::language(&entry.path), sought) {
        return of_code(entry, source, sought);
    }
    let form = placed.as_ref().map(|(reader, ..)| reader.form).or_else(|| form_of(&entry.path));
    let Some(form) = form else {
        return if entry.named { Outcome::Failed(no_reader(&entry.path)) } else { Outcome::Ignored };
    };
    let wanted = placed.is_some() || entry.named;
    if let Some(reason) = &entry.barred {
        return if wanted { Outcome::Skipped(reason.clone()) } else { Outcome::Ignored };
    }
    let largest = if form == Form::Plain { LARGEST_PLAIN } else { LARGEST_SNIFFED };
    if !wanted && entry.size > largest {
        return Outcome::Ignored;
    }
    let bytes = match source.read(&entry.path) {
        Ok(bytes) => bytes,
        Err(_) if !wanted => return Outcome::Ignored,
        Err(Unread::NotAFile) => return Outcome::Skipped(Unread::NotAFile.to_string()),
        Err(unread) => return Outcome::Failed(not_read(&entry.path, &unread)),
    };
    let imports =
        (form == Form::Plain && entry.path.rsplit('.').next() != Some("tmpl")).then(|| imports(&bytes));
    if !wanted && !spots.marked(form, imports.as_deref().unwrap_or(&bytes)) {
        return Outcome::Ignored;
    }
    let text = match decode(&bytes) {
        Ok(text) => text,
        Err(_) if !wanted => return Outcome::Ignored,
        Err(fault) => return Outcome::Failed(tree::problem(fault, &entry.path)),
    };
    parse(entry, text, form, placed, catalog)
}

/// A file of code: worth a closer look where it imports something of a framework or asks a model itself, else perhaps for the sake
/// of others.
fn of_code(entry: &Entry, source: &dyn Source, sought: &Sought<'_>) -> Outcome {
    if entry.barred.is_some() {
        return Outcome::Ignored;
    }
    let bytes = match source.read_up_to(&entry.path, code::LARGEST_SEARCHED) {
        Ok(bytes) => bytes,
        Err(_) if !entry.named => return Outcome::Ignored,
        Err(unread) => return Outcome::Failed(not_read(&entry.path, &unread)),
    };
    let glance = Glance::of(&bytes);
    if !sought.has(&glance, &bytes) {
        return if entry.named { Outcome::Failed(no_reader(&entry.path)) } else { Outcome::Other(glance) };
    }
    if entry.size > code::LARGEST {
        return Outcome::Failed(code::too_large(&entry.path));
    }
    match decode(&bytes) {
        Ok(_) => Outcome::Code(glance),
        Err(fault) => Outcome::Failed(tree::problem(fault, &entry.path)),
    }
}

/// The lines near the top of code that import something: all that shows a framework, and far less to search
/// than the code itself.
fn imports(bytes: &[u8]) -> Vec<u8> {
    const STARTS: &[&[u8]] = &[b"from ", b"import", b"using ", b"} from", b"const "];
    let top = bytes.get(..SEARCHED_PLAIN).unwrap_or(bytes);
    let lines = top.split_inclusive(|it| *it == b'\n').map(<[u8]>::trim_ascii_start);
    lines.filter(|it| STARTS.iter().any(|start| it.starts_with(start))).flatten().copied().collect()
}

fn marked(reader: &Reader, bytes: &[u8]) -> bool {
    reader.marks.iter().any(|it| memmem::find(bytes, it.as_bytes()).is_some())
}

type Placed = (&'static Reader, &'static Spot, String);

fn parse(entry: &Entry, text: &str, form: Form, placed: Option<Placed>, catalog: &Catalog) -> Outcome {
    let mut sink = Sink::default();
    let mut oddities = Vec::new();
    let parsed = match form {
        Form::Tree(syntax) => tree::parse(text, syntax, &mut oddities).map(|it| (it, (0, 1))),
        Form::Markdown => Ok(front_matter(text, &mut oddities)),
        Form::Plain => Ok((Node { at: Position { line: 1, column: 1 }, kind: Kind::Null }, (0, 1))),
    };
    // What clients load from a place they also refuse there; of what is only published, the front is worth reading.
    let mut cut = None;
    let (root, body) = match parsed {
        Ok(parsed) => parsed,
        Err(_) if placed.is_none() && !entry.named && is_chart(text, form) => return chart(entry, text),
        Err(fault) => match tree::parse_first(text, &mut oddities) {
            Some(root) if placed.is_none() && form == Form::Tree(Syntax::Json) => {
                cut = Some(fault);
                (root, (0, 1))
            }
            _ => return Outcome::Failed(tree::problem(fault, &entry.path)),
        },
    };
    let elsewhere = Location { at: entry.path.clone(), scope: Scope::Project, placed: false };
    let (reader, location) = match placed {
        Some((reader, spot, at)) => (Some(reader), Location { at, scope: spot.scope, placed: true }),
        None => (None, elsewhere),
    };
    let view = View::root(&entry.path, &root);
    let text = Text { path: &entry.path, text, root: view, body, location, catalog };
    let reader = reader.or_else(|| {
        ALL.iter().find(|it| it.form == form && marked(it, text.text.as_bytes()) && (it.accepts)(&text))
    });
    if let Some(fault) = cut.filter(|_| !reader.is_some_and(flows::takes_rest)) {
        return Outcome::Failed(tree::problem(fault, &entry.path));
    }
    let Some(reader) = reader else {
        return if entry.named { Outcome::Failed(no_reader(&entry.path)) } else { Outcome::Ignored };
    };
    sink.problems.extend(oddities.into_iter().map(|it| tree::problem(it, &entry.path)));
    (reader.read)(&text, &mut sink);
    shorten(&mut sink.problems, &entry.path);
    Outcome::Read(sink)
}

/// Whether it is a template of a chart, which is no YAML before it is filled in.
fn is_chart(text: &str, form: Form) -> bool {
    let marks = [".Values", ".Release", ".Chart", "include \""];
    let filled = text.contains("{{") && marks.iter().any(|it| text.contains(it));
    form == Form::Tree(Syntax::Yaml) && filled && text.contains("kind:")
}

/// Of a chart, those templates matter that make containers.
fn chart(entry: &Entry, text: &str) -> Outcome {
    if !text.contains("containers:") {
        return Outcome::Ignored;
    }
    let fault = Fault {
        at: Position { line: 1, column: 1 },
        message: "a template of a manifest: not read, and not guessed at".to_owned(),
        help: "scan what it makes: `helm template` writes it",
    };
    Outcome::Failed(tree::problem(fault, &entry.path))
}

/// A file can be wrong in as many places as it has values; nobody reads them all.
fn shorten(problems: &mut Vec<Problem>, path: &str) {
    const MOST: usize = 100;
    if problems.len() > MOST {
        let more = problems.len() - MOST;
        problems.truncate(MOST);
        let start = Position { line: 1, column: 1 };
        let help = "mend what is told of first";
        let fault = Fault { at: start, message: format!("{more} more problems"), help };
        problems.push(tree::problem(fault, path));
    }
}

fn form_of(path: &str) -> Option<Form> {
    SNIFFED.iter().find(|(ending, _)| path.ends_with(ending)).map(|(_, form)| *form)
}

fn no_reader(path: &str) -> Problem {
    let fault = Fault {
        at: Position { line: 1, column: 1 },
        message: "no format that Ambit reads".to_owned(),
        help: "see `docs/formats.md` for the formats and where their files lie",
    };
    tree::problem(fault, path)
}

fn not_read(path: &str, unread: &Unread) -> Problem {
    let fault = Fault {
        at: Position { line: 1, column: 1 },
        message: unread.to_string(),
        help: match unread {
            Unread::TooLarge(_) => "configuration is far smaller; the file was not read",
            Unread::Missing | Unread::Refused(_) | Unread::NotAFile => {
                "let Ambit read it; nothing of the file is on the map"
            }
        },
    };
    tree::problem(fault, path)
}

/// All places of all readers, as one matcher, and their marks, prepared once: a tree can have a hundred
/// thousand files of which none is ours.
struct Spots {
    marks: Vec<(Form, memmem::Finder<'static>)>,
    set: Patterns,
    list: Vec<(&'static Reader, &'static Spot)>,
}

impl Spots {
    fn new() -> Self {
        let spots = || ALL.iter().flat_map(|reader| reader.places.iter().map(move |spot| (reader, spot)));
        let set = Patterns::new(spots().map(|(_, spot)| match spot.base {
            Base::Folder => format!("**/{}", spot.path),
            Base::Home => format!("~/{}", spot.path),
            Base::Machine => spot.path.to_owned(),
        }));
        let mut marks: Vec<(Form, &'static str)> =
            ALL.iter().flat_map(|it| it.marks.iter().map(|mark| (it.form, *mark))).collect();
        marks.dedup();
        let marks = marks.into_iter().map(|(form, mark)| (form, memmem::Finder::new(mark))).collect();
        Self { marks, set, list: spots().collect() }
    }

    /// Whether a mark of a reader for this form is there.
    fn marked(&self, form: Form, bytes: &[u8]) -> bool {
        self.marks.iter().any(|(of, mark)| *of == form && mark.find(bytes).is_some())
    }

    /// The reader for the file at `path`, its spot, and the folder of the agent that it speaks of.
    fn of(&self, path: &str) -> Option<Placed> {
        let home = path.starts_with("~/");
        let machine = path.starts_with('/');
        let matches = self.set.of(path);
        let (reader, spot) =
            matches.iter().filter_map(|it| self.list.get(*it)).find(|(_, spot)| match spot.base {
                Base::Home => home,
                Base::Machine => machine,
                Base::Folder => !home && !machine,
            })?;
        let at = match spot.base {
            Base::Home | Base::Machine => "~".to_owned(),
            Base::Folder => folder_above(path, spot.path),
        };
        Some((reader, spot, at))
    }
}

/// The folder that `below` is relative to: as many segments up as it has, or, where it begins with `**`
/// inside, up to its first plain segment.
fn folder_above(path: &str, below: &str) -> String {
    let first = below.split('/').next().unwrap_or(below);
    let parts: Vec<&str> = path.split('/').collect();
    let depth = if below.contains("**") && !first.contains('*') {
        parts.iter().rposition(|it| *it == first).unwrap_or(0)
    } else {
        parts.len().saturating_sub(below.split('/').count())
    };
    parts.get(..depth).unwrap_or_default().join("/")
}

/// The places of all readers in the user's home, relative to it, for [`crate::Disk::probe`].
pub fn home_places() -> Vec<String> {
    spots(Base::Home)
}

/// The places of all readers on the machine, relative to its root.
pub fn machine_places() -> Vec<String> {
    spots(Base::Machine).into_iter().map(|it| it.trim_start_matches('/').to_owned()).collect()
}

fn spots(base: Base) -> Vec<String> {
    let spots = ALL.iter().flat_map(|it| it.places).filter(|it| it.base == base);
    let mut places: Vec<String> = spots.map(|it| it.path.to_owned()).collect();
    places.sort();
    places.dedup();
    places
}
