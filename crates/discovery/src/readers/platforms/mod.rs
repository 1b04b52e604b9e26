//! Where agents and their servers are deployed: stacks of a cloud, manifests of a cluster, containers of one machine.
//!
//! What lives here: one file per format, each with its readers. [`stack`] is what Terraform and `CloudFormation` have in
//! common; [`bedrock`] and [`agentcore`] read what both declare of AWS's agents, [`iam`] what roles let them do.
//! [`container`] is what compose files and manifests have in common, [`gateway`] the servers that Docker's gateway starts. Nothing is evaluated that needs more than the files.

mod agentcore;
mod bedrock;
pub(super) mod cloudformation;
pub(super) mod compose;
mod container;
mod gateway;
mod iam;
mod kagent;
pub(crate) mod kubernetes;
mod rbac;
mod schema;
mod stack;
pub(crate) mod terraform;
