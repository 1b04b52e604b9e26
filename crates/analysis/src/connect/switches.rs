//! Arguments, variables and headers that narrow or widen a known server.

use std::collections::BTreeSet;

use ambit_catalog::schema::{Server, Switch};
use ambit_model::facts::Launch;

/// The tools that a known server offers when launched like this.
pub(super) fn offered(server: &Server, launch: &Launch) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = server.tools.keys().cloned().collect();
    for switch in &server.switches {
        let listed =
            |group: &String| server.groups.get(group).cloned().unwrap_or_else(|| vec![group.clone()]);
        if !switch.adds.is_empty() && !is_on(switch, launch, true) {
            for tool in switch.adds.iter().flat_map(listed) {
                names.remove(&tool);
            }
        }
        if let Some(groups) = value_of(switch, launch).filter(|_| switch.selects_groups) {
            let groups: Vec<String> = groups.split(',').map(|it| it.trim().to_owned()).collect();
            if !groups.iter().any(|it| it == "all" || it.is_empty()) {
                let kept: BTreeSet<String> = groups.iter().flat_map(listed).collect();
                names.retain(|it| kept.contains(it));
            }
        }
    }
    names
}

/// Whether any of the switch's arguments, variables or headers is there and not set to off. Where the file does not
/// say the value, `unsaid` decides: what may be on widens, what may be off narrows nothing.
pub(super) fn is_on(switch: &Switch, launch: &Launch, unsaid: bool) -> bool {
    let means = |value: &str| if value.contains('$') { unsaid } else { says_on(value) };
    let flag = switch.args.iter().filter_map(|it| flag(it, launch)).any(|it| it.value().is_none_or(means));
    let named = |name: &String| switch.env.iter().any(|it| it == name);
    let variable = launch
        .environment
        .iter()
        .chain(launch.variables.keys())
        .filter(|it| named(it))
        .any(|it| launch.variables.get(it).map_or(unsaid, |it| means(it)));
    let header = launch.headers.iter().any(|name| switch.env.iter().any(|it| it.eq_ignore_ascii_case(name)));
    flag || variable || (header && unsaid)
}

/// The value that the launch gives the switch; an argument counts before a variable.
fn value_of<'a>(switch: &Switch, launch: &'a Launch) -> Option<&'a str> {
    let argument = switch.args.iter().find_map(|it| flag(it, launch)?.value());
    argument.or_else(|| switch.env.iter().find_map(|it| launch.variables.get(it)).map(String::as_str))
}

/// A flag that is there.
enum Flag<'a> {
    Bare,
    Valued(&'a str),
}

impl<'a> Flag<'a> {
    fn value(&self) -> Option<&'a str> {
        match self {
            Self::Bare => None,
            Self::Valued(it) => Some(it),
        }
    }
}

/// Whether `flag` is among the arguments, and the value with it: `--flag=value`, or the word after `--flag`
/// that begins no other. An entry of the catalog that has a value of its own, `--mode=restricted`, is there
/// only with that value, and then needs no other.
fn flag<'a>(flag: &str, launch: &'a Launch) -> Option<Flag<'a>> {
    let (name, wanted) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
    let mut args = launch.args.iter().map(String::as_str).peekable();
    while let Some(arg) = args.next() {
        let Some(rest) = arg.strip_prefix(name) else { continue };
        let value = match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => args.peek().copied().filter(|it| !it.starts_with('-')),
            None => continue,
        };
        match wanted {
            None => return Some(value.map_or(Flag::Bare, Flag::Valued)),
            Some(_) if value == wanted => return Some(Flag::Bare),
            Some(_) => {}
        }
    }
    None
}

fn says_on(value: &str) -> bool {
    !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "off" | "no")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn switch(args: &[&str], env: &[&str]) -> Switch {
        let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect();
        Switch {
            args: owned(args),
            env: owned(env),
            drops: Vec::new(),
            selects_groups: true,
            adds: Vec::new(),
        }
    }

    fn launch(args: &[&str], variables: &[(&str, Option<&str>)], headers: &[&str]) -> Launch {
        Launch {
            args: args.iter().map(|it| (*it).to_owned()).collect(),
            environment: variables.iter().map(|it| it.0.to_owned()).collect(),
            variables: variables
                .iter()
                .filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())))
                .collect(),
            headers: headers.iter().map(|it| (*it).to_owned()).collect(),
            ..Launch::default()
        }
    }

    #[test]
    fn a_variable_is_on_unless_its_value_says_off() {
        let it = switch(&[], &["READ_ONLY", "X-MCP-Readonly"]);
        let on = |value| is_on(&it, &launch(&[], &[("READ_ONLY", value)], &[]), true);
        assert!(on(Some("1")) && on(Some("true")) && on(None), "on");
        assert!(!on(Some("0")) && !on(Some("False")) && !on(Some("")), "off");
        assert!(is_on(&it, &launch(&[], &[], &["x-mcp-readonly"]), true));
        // What may be off narrows nothing.
        assert!(!is_on(&it, &launch(&[], &[("READ_ONLY", Some("${X}"))], &["x-mcp-readonly"]), false));
        assert!(!is_on(&it, &launch(&[], &[("OTHER", Some("1"))], &["X-Other"]), true));
    }

    #[test]
    fn any_of_several_variables_turns_it_on() {
        let it = switch(&[], &["A", "B"]);
        assert!(is_on(&it, &launch(&[], &[("A", Some("false")), ("B", Some("x"))], &[]), true));
    }

    #[test]
    fn a_flag_with_a_value_is_written_in_one_word_or_two() {
        let it = switch(&["--mode=restricted"], &[]);
        assert!(is_on(&it, &launch(&["--mode=restricted"], &[], &[]), true));
        assert!(is_on(&it, &launch(&["--mode", "restricted"], &[], &[]), true));
        assert!(!is_on(&it, &launch(&["--mode", "unrestricted"], &[], &[]), true));
        assert!(!is_on(&it, &launch(&["--mode"], &[], &[]), true));
        let plain = switch(&["--read-only"], &[]);
        assert!(is_on(&plain, &launch(&["--read-only", "--x"], &[], &[]), true));
        assert!(!is_on(&plain, &launch(&["--read-only=false"], &[], &[]), true));
        assert!(!is_on(&plain, &launch(&["--read-only-x"], &[], &[]), true));
    }

    #[test]
    fn groups_are_chosen_by_argument_before_variable() {
        let it = switch(&["--toolsets"], &["TOOLSETS"]);
        let set = &[("TOOLSETS", Some("repos,issues"))];
        assert_eq!(value_of(&it, &launch(&[], set, &[])), Some("repos,issues"));
        assert_eq!(value_of(&it, &launch(&["--toolsets", "repos"], set, &[])), Some("repos"));
        assert_eq!(value_of(&it, &launch(&[], &[("TOOLSETS", None)], &[])), None);
    }
}
