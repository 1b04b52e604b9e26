//! Placeholder.
use crate::Error;
use ambit_model::Assessment;
use std::io::Write;
pub(crate) fn write(_: &Assessment, _: &mut dyn Write) -> Result<(), Error> {
    Ok(())
}
