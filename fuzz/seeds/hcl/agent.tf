# An agent and one of its tools.
locals { n = 1 }

resource "aws_bedrockagent_agent" "desk" {
  agent_name       = "desk-${var.stage}"
  foundation_model = var.small ? "a" : "b"
  instruction      = <<-EOT
    Answer ${upper("all")} questions.
    %{ if local.n > 0 }Be brief.%{ endif }
  EOT
  tags = { for k, v in var.tags : k => v if k != "x" }
}

resource "aws_bedrockagent_agent_action_group" "orders" {
  agent_id = aws_bedrockagent_agent.desk[0].agent_id
  api_schema { payload = jsonencode({ openapi = "3.0.0", paths = {} }) }
  function_schema {
    member_functions {
      functions {
        name = "refund"
      }
    }
  }
}
