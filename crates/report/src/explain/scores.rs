//! A finding in the scores of others: for whoever has to fill in a form, and for nothing else.

use ambit_model::risk::{Aivss, Scored};

use super::map::field;
use crate::Error;
use crate::risk::words::{amount, percent};
use crate::text::page::{Page, faint, plain};
use crate::visible::visible;

pub(super) fn write(it: &Scored, page: &mut Page<'_>) -> Result<(), Error> {
    page.blank()?;
    page.heading("In the scores of others")?;
    field("CVSS 4.0", &format!("{:.1} ({})", it.cvss.score, it.cvss.severity), page)?;
    field("vector", &it.cvss.vector, page)?;
    aivss(&it.aivss, page)?;
    match it.matrix {
        Some(field_of) => {
            let numbers = it.likelihood.zip(it.loss).map(|(likely, loss)| {
                format!(": {} likely in a year, about {} a year expected", percent(likely), amount(loss))
            });
            let said = format!(
                "likelihood {}, impact {}{}",
                field_of.likelihood,
                field_of.impact,
                numbers.unwrap_or_default()
            );
            field("5 x 5", &said, page)?;
        }
        None => field("5 x 5", "none: it is no way to an end", page)?,
    }
    page.flow(2, 4, &[faint("All are read from the map, and none feeds back: severity is that of tier and exposure (docs/risk.md).")])
}

fn aivss(it: &Aivss, page: &mut Page<'_>) -> Result<(), Error> {
    let legacy = if it.legacy { "; legacy: nobody has endorsed it" } else { "" };
    let said = format!(
        "{:.1} (factors {} of 10, threat {}, mitigation {}{legacy})",
        it.score, it.factor_sum, it.threat, it.mitigation
    );
    field(&format!("AIVSS {}", visible(&it.version)), &said, page)?;
    for factor in &it.factors {
        let said = format!("{} {}: {}", factor.level, visible(&factor.factor), visible(&factor.because));
        page.flow(16, 20, &[plain(said)])?;
    }
    Ok(())
}
