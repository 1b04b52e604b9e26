//! Statements of databases: what one does is said by its verbs, where it stands in the program; one that the caller chooses
//! does anything.

use ambit_catalog::schema::{HeadClass, Role};
use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{BlastRadius, Confidence, Effect, Level, Place, Reversibility, Trust};

use crate::follow::value::{ObjectKind, Value};

use super::call::{Call, root};
use super::listed::does;
use super::told;

/// What a statement does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a statement does any of them together")]
struct Verbs {
    reads: bool,
    writes: bool,
    deletes: bool,
    grants: bool,
}

impl Verbs {
    const ANY: Self = Self { reads: true, writes: true, deletes: true, grants: false };

    fn and(self, other: Self) -> Self {
        Self {
            reads: self.reads || other.reads,
            writes: self.writes || other.writes,
            deletes: self.deletes || other.deletes,
            grants: self.grants || other.grants,
        }
    }
}

/// A statement as far as it stands in the program.
#[derive(Debug, Default)]
struct Statement {
    /// What stands there; a blank for what is put in.
    text: String,
    /// Whether it begins with something that is put in.
    is_open: bool,
    /// Verbs that functions say: `select(…)`.
    built: Option<Verbs>,
}

/// The effects of a statement.
pub(super) fn effects(call: &Call<'_>) -> Vec<OwnEffect> {
    let on = call.act.and_then(|it| it.on.as_deref()).unwrap_or("store:database");
    let on = call.object(on);
    let value = call.role(Role::Sql).unwrap_or(Value::Unknown);
    let chosen = call.reading.decided([&value]).is_chosen();
    let mut found = Vec::new();
    for value in value.each() {
        let statement = spelled(call, value, 8);
        let whole = chosen && statement.is_open;
        let verbs = match statement.built {
            Some(built) => built,
            None if statement.is_open => Verbs::ANY,
            None => verbs(&statement.text),
        };
        let bound = Bound { call, on: &on, sure: whole || !statement.is_open };
        bound.add(verbs, whole || speaks_of_others(call, &statement.text), &mut found);
        // Text that is put into a statement can end it and begin another.
        let ends = !call.act.is_some_and(|it| it.local || it.binds);
        if chosen && !statement.is_open && statement.built.is_none() && ends {
            let bound = Bound { sure: false, ..bound };
            bound.add(Verbs { deletes: true, ..Verbs::default() }, false, &mut found);
        }
    }
    found
}

struct Bound<'b> {
    call: &'b Call<'b>,
    on: &'b Object,
    sure: bool,
}

impl Bound<'_> {
    fn add(&self, verbs: Verbs, speaks: bool, found: &mut Vec<OwnEffect>) {
        let Self { call, on, sure } = self;
        let decided = call.decided_at_all();
        let mut push = |effect| {
            let confidence = if *sure { Confidence::Likely } else { Confidence::Possible };
            let one = told(effect, Object::clone(on), does(call, &decided), call.place());
            found.push(OwnEffect { confidence, ..one });
        };
        let blast_radius = if call.act.is_some_and(|it| it.local) {
            BlastRadius::Workspace
        } else {
            BlastRadius::Organization
        };
        if verbs.reads {
            if speaks {
                push(Effect::Ingests { trust: Trust::Public });
            }
            push(Effect::Reads { data: ["customer".to_owned()].into(), level: Level::Confidential });
        }
        if verbs.deletes {
            push(Effect::Writes { reversibility: Reversibility::Irreversible, blast_radius });
        } else if verbs.writes {
            push(Effect::Writes { reversibility: Reversibility::Recoverable, blast_radius });
        }
        if verbs.grants {
            push(Effect::Grants);
        }
    }
}

/// Whether the statement reads what outsiders write: tickets, comments, reviews.
fn speaks_of_others(call: &Call<'_>, text: &str) -> bool {
    const MORE: [&str; 6] = ["ticket", "message", "email", "mail", "inbox", "submission"];
    let words = call.reading.catalog.lexicon().heads.get(&HeadClass::Authored);
    let authored: Vec<&str> = words.into_iter().flatten().map(String::as_str).chain(MORE).collect();
    text.split(|it: char| !it.is_alphanumeric()).any(|word| {
        let word = word.to_ascii_lowercase();
        let single = word
            .strip_suffix("ies")
            .map_or_else(|| word.trim_end_matches('s').to_owned(), |it| format!("{it}y"));
        authored.iter().any(|it| *it == word || *it == single)
    })
}

/// The statement as it stands in the program.
fn spelled(call: &Call<'_>, value: &Value, depth: usize) -> Statement {
    let open = || Statement { is_open: true, ..Statement::default() };
    let Some(depth) = depth.checked_sub(1) else { return open() };
    match value {
        Value::Text(text) => Statement { text: text.to_string(), ..Statement::default() },
        Value::Template(parts) => {
            let mut whole = Statement::default();
            for part in parts.iter() {
                match part {
                    Value::Text(text) => whole.text.push_str(text),
                    other => {
                        whole.is_open |= whole.text.trim().is_empty();
                        let inner = spelled(call, other, depth);
                        whole.text.push(' ');
                        whole.text.push_str(&inner.text);
                    }
                }
            }
            whole
        }
        Value::Choice(list) => list.first().map_or_else(open, |it| spelled(call, it, depth)),
        Value::Object(no) => match call.reading.follower.object(*no).map(|it| &it.kind) {
            // `text("…")`, `sql.SQL("…").format(…)`, `sql`…``: what is handed over is the statement.
            Some(ObjectKind::Made { symbol, args, receiver, .. }) => {
                if let Some(built) = built(symbol) {
                    return Statement { built: Some(built), ..Statement::default() };
                }
                let first = args.iter().find(|(name, _)| name.is_none()).map(|(_, it)| it);
                let inner = receiver.map(Value::Object);
                match (inner, first) {
                    (Some(inner), _) if !symbol.ends_with("read") && !symbol.ends_with("read_text") => {
                        spelled(call, &inner, depth)
                    }
                    (None, Some(first)) if !symbol.ends_with("open") => spelled(call, first, depth),
                    _ => open(),
                }
            }
            Some(ObjectKind::List(items)) => items.first().map_or_else(open, |it| spelled(call, it, depth)),
            _ => open(),
        },
        _ => open(),
    }
}

/// What a statement that functions put together does, by the function that begins it.
fn built(symbol: &str) -> Option<Verbs> {
    let plain = symbol.split("()").next().unwrap_or(symbol);
    let is_builder =
        ["sqlalchemy.", "sqlmodel.", "pypika.", "drizzle-orm."].iter().any(|it| plain.starts_with(it));
    let verb = plain.rsplit('.').next().unwrap_or(plain);
    let none = Verbs::default();
    match verb {
        _ if !is_builder => None,
        "select" | "exists" | "union" | "union_all" | "func" => Some(Verbs { reads: true, ..none }),
        "insert" | "update" => Some(Verbs { writes: true, ..none }),
        "delete" => Some(Verbs { deletes: true, ..none }),
        _ => None,
    }
}

/// What the statements of `text` do.
fn verbs(text: &str) -> Verbs {
    let text = without_comments(text);
    text.split(';').map(of_one).fold(Verbs::default(), Verbs::and)
}

fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|it| it.split("--").next().unwrap_or(it));
    let text = lines.collect::<Vec<_>>().join("\n");
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        kept.push(' ');
        rest = after.split_once("*/").map_or("", |it| it.1);
    }
    kept.push_str(rest);
    kept
}

fn of_one(text: &str) -> Verbs {
    let upper = text.to_ascii_uppercase();
    let words: Vec<&str> = upper
        .split(|it: char| !it.is_ascii_alphanumeric() && it != '_')
        .filter(|it| !it.is_empty())
        .collect();
    let none = Verbs::default();
    let has = |word: &str| words.contains(&word);
    let Some(first) = words.first() else { return none };
    match *first {
        "WITH" | "MATCH" | "OPTIONAL" | "UNWIND" | "CALL" | "EXPLAIN" | "FROM" | "USE" => Verbs {
            reads: !matches!(*first, "USE") || has("RETURN") || has("SELECT"),
            writes: has("INSERT")
                || has("UPDATE")
                || has("MERGE")
                || has("CREATE")
                || *first == "MATCH" && has("SET"),
            deletes: has("DELETE") || has("DETACH") || has("DROP") || has("TRUNCATE"),
            grants: false,
        },
        // `PRAGMA foreign_keys = ON`: how this connection works.
        "PRAGMA" if text.contains('=') => none,
        "SELECT" | "SHOW" | "DESCRIBE" | "DESC" | "PRAGMA" | "VALUES" | "TABLE" | "LIST" | "RETURN"
        | "SUMMARIZE" => {
            // `SELECT … INTO new_table`
            Verbs { reads: true, writes: *first == "SELECT" && has("INTO"), ..none }
        }
        // `COPY (SELECT …) TO 'file'`
        "COPY" | "UNLOAD" | "EXPORT" if has("TO") => Verbs { reads: true, ..none },
        "INSERT" | "UPDATE" | "REPLACE" | "UPSERT" | "MERGE" | "CREATE" | "ALTER" | "COPY" | "LOAD"
        | "IMPORT" | "RENAME" | "COMMENT" | "REFRESH" | "ATTACH" | "LOCK" => {
            Verbs { writes: true, deletes: *first == "ALTER" && has("DROP"), ..none }
        }
        "DELETE" | "DROP" | "TRUNCATE" | "PURGE" => Verbs { deletes: true, ..none },
        "GRANT" | "REVOKE" => Verbs { grants: true, ..none },
        "BEGIN" | "COMMIT" | "ROLLBACK" | "SET" | "VACUUM" | "ANALYZE" | "START" | "SAVEPOINT"
        | "RELEASE" | "DECLARE" | "PREPARE" | "RESET" | "END" | "CHECKPOINT" => none,
        // A part that is put into a statement, which says what is done: `db.$queryRaw`AND stock > 0``.
        "AND" | "OR" | "WHERE" | "ORDER" | "GROUP" | "HAVING" | "LIMIT" | "OFFSET" | "JOIN" | "LEFT"
        | "INNER" | "ON" => none,
        "EXEC" | "EXECUTE" | "DO" => Verbs { reads: true, writes: true, ..none },
        _ => Verbs::ANY,
    }
}

/// The database that a call works on, within the place `base`.
pub(super) fn database(call: &Call<'_>, base: &str) -> Object {
    let reading = call.reading;
    let of = |value: &Value| value.text().map(str::to_owned);
    let named = call.roles(Role::Dsn).iter().find_map(of).filter(|it| !it.is_empty() && it.len() < 300);
    let Some(text) = named else {
        let module = module_of(&opened(call));
        return reading.inside(base, &format!("of {module}"));
    };
    if text == ":memory:" {
        return reading.inside(base, "memory");
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let name = text.split_whitespace().find_map(|it| it.strip_prefix("dbname=")).unwrap_or(&text);
        return reading.inside(base, name.trim_start_matches("./"));
    };
    let kind = scheme.split('+').next().unwrap_or(scheme);
    let base = match kind {
        "postgresql" | "postgres" => "store:postgres",
        "mysql" | "mariadb" => "store:mysql",
        "sqlite" | "libsql" | "file" => "store:sqlite",
        "mssql" | "sqlserver" => "store:mssql",
        "oracle" => "store:oracle",
        "snowflake" => "store:snowflake",
        "bigquery" => "store:bigquery",
        "duckdb" => "store:duckdb",
        _ => base,
    };
    // User, password and parameters are no part of what it is.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, it)| it);
    let rest = rest.split('?').next().unwrap_or(rest);
    let name = if base == "store:sqlite" { rest.trim_start_matches('/') } else { rest.trim_end_matches('/') };
    if name.is_empty() { reading.known(base) } else { reading.inside(base, name) }
}

/// Where what the call is made on was opened: whoever uses one connection works on one database.
fn opened(call: &Call<'_>) -> Place {
    let follower = call.reading.follower;
    let first = call.event.receiver.and_then(|it| follower.object(root(follower, it)));
    first.map_or_else(|| call.place(), |it| follower.place(it.site))
}

/// The path of a module without its ending.
pub(super) fn module_of(place: &Place) -> String {
    let path = place.path.as_ref();
    path.rsplit_once('.').map_or(path, |(stem, _)| stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_say_what_a_statement_does() {
        let none = Verbs::default();
        let (reads, writes) = (Verbs { reads: true, ..none }, Verbs { writes: true, ..none });
        let deletes = Verbs { deletes: true, ..none };
        for (text, expected) in [
            ("SELECT * FROM a WHERE deleted = 0", reads),
            ("  -- all of them\n select 1", reads),
            ("/* x */ WITH a AS (SELECT 1) SELECT * FROM a", reads),
            ("WITH a AS (SELECT 1) DELETE FROM b USING a", deletes.and(reads)),
            ("INSERT INTO a VALUES (?)", writes),
            ("UPDATE a SET b = ?", writes),
            ("DELETE FROM a", deletes),
            ("drop table a", deletes),
            ("SELECT 1; DROP TABLE a", reads.and(deletes)),
            ("ALTER TABLE a DROP COLUMN b", writes.and(deletes)),
            ("GRANT ALL ON a TO b", Verbs { grants: true, ..none }),
            ("BEGIN", none),
            ("PRAGMA table_info(a)", reads),
            ("AND deleted = 0", none),
            ("PRAGMA journal_mode = WAL", none),
            ("MATCH (n) RETURN n", reads),
            ("MATCH (n) DETACH DELETE n", deletes.and(reads)),
            ("", none),
            ("gibberish", Verbs::ANY),
        ] {
            assert_eq!(verbs(text), expected, "{text}");
        }
    }
}
