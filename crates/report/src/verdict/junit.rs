//! Test results in the XML of `JUnit`: a case per reason, in a suite per sort.

use std::io::Write;

use ambit_model::Verdict;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::first_place;
use crate::Error;
use crate::visible::visible;

/// Writes the results.
pub(super) fn write(verdict: &Verdict, out: &mut dyn Write) -> Result<(), Error> {
    let mut report = Report::new("ambit check");
    let mut sorts: Vec<_> = verdict.failures.iter().map(|it| it.kind).collect();
    sorts.dedup();
    for kind in sorts {
        let mut suite = TestSuite::new(kind.word());
        for failure in verdict.failures.iter().filter(|it| it.kind == kind) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(visible(&failure.message).into_owned());
            status.set_type(kind.word());
            status.set_description(visible(&failure.help).into_owned());
            let mut case = TestCase::new(visible(&failure.about).into_owned(), status);
            case.set_classname(kind.word());
            if let Some((path, line)) = first_place(failure) {
                case.extra.insert("file".into(), path.into());
                case.extra.insert("line".into(), line.to_string().into());
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    if verdict.passes() {
        let mut suite = TestSuite::new("gate");
        suite.add_test_case(TestCase::new("passes", TestCaseStatus::success()));
        report.add_test_suite(suite);
    }
    let text = report.to_string().map_err(std::io::Error::other)?;
    out.write_all(text.as_bytes())?;
    Ok(())
}
