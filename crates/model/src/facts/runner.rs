//! The machine of an agent that no person has started: a runner of a build system, a pod.

use serde::{Deserialize, Serialize};

use super::Network;
use crate::place::Place;

/// A machine on which an agent runs by itself. Nobody is there whom it could ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runner {
    /// Whether it is thrown away after each run, so that no home of anybody lies on it.
    pub throwaway: bool,
    /// What of the network is left to everything that runs there.
    pub network: Network,
    /// The line that brings code of outsiders into the workspace: whatever runs the workspace's code runs theirs.
    pub foreign_code: Option<Place>,
    /// The line that starts the agent.
    pub place: Place,
}
