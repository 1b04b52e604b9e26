//! TypeScript and JavaScript, lowered: modules as people write them, one long line as tools write it, and many errors.

use ambit_code::typescript::parse;
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// A module of tools and an agent, as often as fills `bytes`.
fn written(bytes: usize) -> String {
    let part = |number: usize| {
        format!(
            r#"
/**
 * Finds orders of a customer.
 *
 * @param query what to look for
 */
export const findOrders{number} = tool({{
  name: "find_orders_{number}",
  description: "Finds the orders of a customer by what they wrote, " + "newest first.",
  parameters: z.object({{
    query: z.string().describe("what the customer wrote"),
    limit: z.number().int().min(1).max(50).default(10),
  }}),
  async execute({{ query, limit }}, context?: RunContext<Session>): Promise<Order[]> {{
    const response = await fetch(`${{process.env.ORDERS_URL}}/search?q=${{encodeURIComponent(query)}}`);
    if (!response.ok || response.status >= 400) {{
      throw new Error(`search failed: ${{response.status}}`);
    }}
    const {{ orders, total = 0 }} = (await response.json()) as Found;
    for (const order of orders) {{
      context?.log?.(order.id, total > limit ? "more" : "all");
    }}
    return orders.filter((it) => it.customer === context?.user.id).slice(0, limit);
  }},
}});

export class Desk{number} extends Base<Session> {{
  private readonly tools = [findOrders{number}, ...shared];
  constructor(private readonly store: Store, readonly model = "large") {{
    super({{ store, model }});
  }}
  async run(input: string): Promise<string> {{
    const result = await this.agent.run(input, {{ maxTurns: 8, tools: this.tools }});
    return result.finalOutput ?? "";
  }}
}}
"#
        )
    };
    let mut text = "import { tool } from \"@acme/agents\";\nimport { z } from \"zod\";\n".to_owned();
    let mut number = 0;
    while text.len() < bytes {
        text += &part(number);
        number += 1;
    }
    text
}

/// What a compressor makes of code: one line.
fn pressed(bytes: usize) -> String {
    let part = "function a(b,c){return b<1?c(b):d(b)/2}e.f=async g=>{let{h:i,j=1}=await k(g);if(i&&!j)return l[i]||m({n:o,p(){return`${q}r`}});for(const s of t)u(s,/v\\/w/g)};";
    part.repeat(bytes / part.len())
}

#[divan::bench(args = [10_000, 100_000, 1_000_000])]
fn as_written(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = written(bytes);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse("src/agents/desk.ts", &text));
}

#[divan::bench(args = [1_000_000, 10_000_000])]
fn one_line(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = pressed(bytes);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse("dist/desk.js", &text));
}

#[divan::bench(args = [100_000])]
fn with_errors(bencher: Bencher<'_, '_>, bytes: usize) {
    let text = written(bytes).replace("const response =", "const response = =");
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse("src/agents/desk.ts", &text));
}
