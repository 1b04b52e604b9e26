//! A value that must not leave the process.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret value, for comparing with others in memory. It can be neither printed nor serialised nor
/// read back: equality is all that it gives.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    /// Wraps `value`.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Fails: whatever holds a secret value is written nowhere.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a secret value is not written down"))
    }
}

/// Fails: no secret value was ever written.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a secret value is not read back"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_value_is_not_serialised() {
        assert!(serde_json::to_string(&Some(Secret::new("hunter2"))).is_err());
        assert!(serde_json::from_str::<Option<Secret>>("\"hunter2\"").is_err());
        assert!(serde_json::to_string(&None::<Secret>).is_ok());
    }

    #[test]
    fn debug_prints_no_value() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(…)");
    }
}
