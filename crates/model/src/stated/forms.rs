//! Forms of text: names, ids, dates, periods.

use super::entry::form;
use super::shape::Form;

/// How long a name or an id may be.
const LONGEST: usize = 256;

pub(super) const TEXT: Form =
    Form { noun: "text", help: "a text, in words", pattern: r"\S", fits: |text| !text.trim().is_empty() };

pub(super) const NAME: Form = Form {
    noun: "a name",
    help: "letters, digits and `-_./@+`, without blanks, such as `crm-token`",
    pattern: "^[A-Za-z0-9_@.][A-Za-z0-9_./@+-]{0,255}$",
    fits: |text| {
        let mut bytes = text.bytes();
        text.len() <= LONGEST
            && bytes.next().is_some_and(|it| it.is_ascii_alphanumeric() || b"_@.".contains(&it))
            && bytes.all(|it| it.is_ascii_alphanumeric() || b"_./@+-".contains(&it))
    },
};

/// Prefixes of asset ids.
const KINDS: [&str; 12] = [
    "agent",
    "tool",
    "server",
    "instruction",
    "memory",
    "store",
    "channel",
    "credential",
    "human",
    "model",
    "environment",
    // The prefix that shared environments have.
    "env",
];

/// The kind and the rest of `text`, where it is an id of an asset.
fn split_id(text: &str) -> Option<(&str, &str)> {
    let (kind, name) = text.split_once(':')?;
    (text.len() <= LONGEST && KINDS.contains(&kind) && is_shown(name)).then_some((kind, name))
}

/// Whether there is something to see and nothing that hides.
fn is_shown(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control)
}

pub(super) const ASSET: Form = Form {
    noun: "an id of an asset",
    help: "its kind, a colon and its name, such as `store:workspace` or `tool:github/create_issue`",
    pattern: "^(agent|tool|server|instruction|memory|store|channel|credential|human|model|environment|env):\\S",
    fits: |text| split_id(text).is_some(),
};

pub(super) const REFERENCE: Form = Form {
    noun: "a name or an id",
    help: "a name of `facts`, such as `crm`, or an id of the map, such as `store:workspace`",
    pattern: "^[A-Za-z0-9_@.]\\S*( \\S+)*$",
    fits: |text| (NAME.fits)(text) || split_id(text).is_some(),
};

pub(super) const ASSETS: Form = Form {
    noun: "an id of assets",
    help: "an id such as `store:crm`, or with `*` for any text, such as `tool:crm/*`",
    pattern: "^(((agent|tool|server|instruction|memory|store|channel|credential|human|model|environment|env):)\
              |[^:]*[*?]).*$",
    fits: |text| {
        let wild = text.split(':').next().is_some_and(|it| it.contains(['*', '?']));
        (split_id(text).is_some() || wild && is_shown(text))
            && text.len() <= LONGEST
            && globset::Glob::new(text).is_ok()
    },
};

pub(super) const EDGES: Form = Form {
    noun: "an edge or an asset",
    help: "an id such as `e-5kq2m7w3` or `channel:mail`, a pattern such as `tool:crm/*`, or keys such as \
           `{verb: sends, to: channel:mail}`",
    pattern: "^(e-[a-z2-7]{1,16}|[^-].*[:*?].*|[*?].*)$",
    fits: |text| is_hashed(text, "e-") || (ASSETS.fits)(text),
};

pub(super) const FINDINGS: Form = Form {
    noun: "a finding or an asset",
    help: "an id such as `f-5kq2m7w3` or `agent:claude-code`, or keys such as `{rule: lethal-trifecta}`",
    pattern: "^(f-[a-z2-7]{1,16}|[^-].*[:*?].*|[*?].*)$",
    fits: |text| is_hashed(text, "f-") || (ASSETS.fits)(text),
};

pub(super) const ANYTHING: Form = Form {
    noun: "a finding, an edge or an asset",
    help: "an id such as `f-5kq2m7w3`, `e-5kq2m7w3` or `channel:mail`, a pattern such as `tool:crm/*`, or \
           keys such as `{rule: lethal-trifecta}`",
    pattern: "^([ef]-[a-z2-7]{1,16}|[^-].*[:*?].*|[*?].*)$",
    fits: |text| (EDGES.fits)(text) || (FINDINGS.fits)(text) || text.starts_with("gate:"),
};

pub(super) const TOOLS: Form = Form {
    noun: "a tool",
    help: "a tool of `facts`, or several with `*`, such as `crm/*`",
    pattern: "^[A-Za-z0-9_@.*?][A-Za-z0-9_./@+*?-]{0,255}$",
    fits: |text| {
        let plain: String = text.chars().map(|it| if "*?".contains(it) { '_' } else { it }).collect();
        (NAME.fits)(&plain)
    },
};

pub(super) const CATEGORY: Form = Form {
    noun: "a category",
    help: "its id with its edition, such as `ASI01:2026`",
    pattern: r"^\S(.{0,254}\S)?$",
    fits: |text| is_shown(text) && text.len() <= LONGEST,
};

/// Whether `text` is an id made of a hash, or the beginning of one.
pub(super) fn is_hashed(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|it| {
        (1..=16).contains(&it.len())
            && it.bytes().all(|it| it.is_ascii_lowercase() || (b'2'..=b'7').contains(&it))
    })
}

form! {
    /// A name of something else in the file.
    Name, NAME;
    /// A name of `facts`, or the id of an asset of the map.
    Reference, REFERENCE;
    /// The id of a state that a decision was taken on.
    BasisId, Form {
        noun: "a basis",
        help: "the `basis` of the finding, such as `b-5kq2m7w3h4t6z5nc`",
        pattern: "^b-[a-z2-7]{16}$",
        fits: |text| text.len() == 18 && is_hashed(text, "b-"),
    };
    /// A day, as `2027-01-31`; days compare as their texts do.
    Date, Form {
        noun: "a date",
        help: "a date as year, month and day, such as `2027-01-31`",
        pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        fits: is_date,
    };
    /// A length of time, as `90 days`.
    Period, Form {
        noun: "a period",
        help: "a number and `days`, `weeks`, `months` or `years`, such as `90 days`",
        pattern: "^[1-9][0-9]{0,3} (days?|weeks?|months?|years?)$",
        fits: |text| period(text).is_some(),
    };
    /// Another file that this one adds to, as written.
    Source, Form {
        noun: "a file to extend",
        help: "a path such as `../org/base.yaml`, or `git:<revision>:<path>`; nothing is fetched",
        pattern: "^(git:[^:]+:[^:]+|[^:]+)$",
        fits: |text| match text.strip_prefix("git:") {
            Some(rest) => rest
                .split_once(':')
                .is_some_and(|(revision, path)| is_shown(revision) && is_shown(path) && !path.contains(':')),
            None => is_shown(text) && !text.contains(':'),
        },
    };
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let digits = |text: &str, count: usize| {
        let fits = text.len() == count && text.bytes().all(|it| it.is_ascii_digit());
        fits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// A count and the first letter of its unit.
fn period(text: &str) -> Option<(u32, u8)> {
    let (count, unit) = text.split_once(' ')?;
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let letter = ["day", "week", "month", "year"].contains(&unit).then(|| unit.bytes().next()).flatten()?;
    let fits = (1..=4).contains(&count.len()) && !count.starts_with('0');
    Some((count.parse().ok().filter(|_| fits && count.bytes().all(|it| it.is_ascii_digit()))?, letter))
}

impl Period {
    /// How many days that is at most: a month counts as 31 days, a year as 366.
    pub fn days(&self) -> u32 {
        period(self.as_str()).map_or(0, |(count, unit)| {
            count
                * match unit {
                    b'w' => 7,
                    b'm' => 31,
                    b'y' => 366,
                    _ => 1,
                }
        })
    }
}

impl Source {
    /// The revision and the path below the repository's root, where it names a revision.
    pub fn revision(&self) -> Option<(&str, &str)> {
        self.as_str().strip_prefix("git:")?.split_once(':')
    }
}

impl Reference {
    /// Whether it is the id of an asset and not a bare name.
    pub fn is_id(&self) -> bool {
        split_id(self.as_str()).is_some()
    }
}
