//! The rest of the same.

use super::*;

#[test]
fn a_file_of_the_module_that_does_not_parse_is_a_problem() {
    let inventory = read(&[("m/agent.tf", AGENT), ("m/broken.tf", "resource \"x\" \"y\" {\n  a = \n}\n")]);
    assert_eq!(inventory.agents.len(), 1);
    assert_eq!(inventory.inputs.problems.len(), 1);
    assert_eq!(
        (inventory.inputs.problems[0].path.as_str(), inventory.inputs.problems[0].line),
        ("m/broken.tf", 2)
    );
}

#[test]
fn values_that_are_made_of_each_other_end() {
    let mut text = "resource \"aws_bedrockagent_agent\" \"a\" {\n  agent_name = local.v0\n  agent_resource_role_arn = local.v0\n}\nlocals {\n".to_owned();
    for index in 0..9 {
        let many = format!("${{local.v{}}}", (index + 1) % 9).repeat(400);
        text.push_str(&format!("  v{index} = \"{many}\"\n"));
    }
    text.push_str("  all = [local.all, local.all, local.all]\n}\n");
    let inventory = read(&[("main.tf", &text)]);
    assert_eq!(inventory.agents[0].name, "a");
}
