//! Renders an assessment for people and machines. Judges nothing: what it says is in the assessment.

pub mod html;
pub mod picture;
pub mod visible;
