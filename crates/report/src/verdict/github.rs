//! Workflow commands of GitHub: a line per reason, shown at its file and line.

use std::io::Write;

use ambit_model::Verdict;

use super::{first_place, headline, sort};
use crate::Error;
use crate::visible::visible;

/// Writes the commands.
pub(super) fn write(verdict: &Verdict, out: &mut dyn Write) -> Result<(), Error> {
    for failure in &verdict.failures {
        let place = first_place(failure);
        let file =
            place.map(|(path, line)| format!("file={},line={line},", property(&path))).unwrap_or_default();
        let message = format!("{}; {}", failure.message, failure.help);
        writeln!(out, "::error {file}title={}::{}", property(&sort(failure)), data(&message))?;
    }
    for note in &verdict.notes {
        let (path, message) =
            (property(&visible(&note.path)), data(&format!("{}; {}", note.message, note.help)));
        writeln!(out, "::warning file={path},line={},title=ambit.yaml::{message}", note.line)?;
    }
    writeln!(out, "::notice title=ambit check::{}", data(&headline(verdict)))?;
    Ok(())
}

/// What a message of a command must not hold as it is: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
