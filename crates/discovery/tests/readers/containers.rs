//! Containers that run agents and servers: compose files and manifests of clusters.

use ambit_model::Inventory;
use ambit_model::facts::{Pin, ServerFacts, Transport};

use crate::given::{addresses, hands, said, starts, tools, unresolved};
use crate::shown::{agent, assert_hidden, problems, rules};
use crate::support::read;

#[expect(clippy::panic, reason = "a test that looks for a server that is not there has failed")]
fn server<'a>(inventory: &'a Inventory, name: &str) -> &'a ServerFacts {
    inventory.servers.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("{:#?}", inventory.servers))
}

fn used(inventory: &Inventory, client: &str, name: &str) -> Vec<String> {
    let key = |key: &str| inventory.servers.iter().find(|it| it.key == key).map(|it| it.name.clone());
    agent(inventory, client, name).servers.iter().filter_map(|it| key(&it.key)).collect()
}

const COMPOSE: &str = r#"
x-common: &common
  environment:
    OPENAI_API_KEY: ${OPENAI_API_KEY}
services:
  web: { image: "nginx:1.27" }
  datadog-agent: { image: "datadog/agent:7", environment: [DD_API_KEY] }
  triage-agent:
    build: { context: ./triage }
    ports: ["8000:8000"]
    environment:
      ANTHROPIC_API_KEY: live-77aa10c2be4f4d6c
      MODEL_NAME: ${MODEL:-claude-x}
      TICKETS_MCP_URL: http://tickets-mcp:9000/mcp
      FAR_MCP_URL: https://far.example.com/mcp?token=1
      WRITER_URL: http://writer:7000
    volumes: ["/var/run/docker.sock:/var/run/docker.sock", "cache:/cache"]
    privileged: true
  writer:
    <<: *common
    image: example/writer-agent:${TAG:-2.1}
    networks: [inner]
  tickets-mcp:
    image: example/tickets-mcp@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    command: ["--read-only"]
    ports: ["127.0.0.1:9000:9000/tcp"]
    env_file: .env
    secrets: [tickets_token]
    volumes: [{ type: bind, source: ./data, target: /data, read_only: true }]
networks:
  inner: { internal: true }
"#;

#[test]
fn services_that_are_agents_or_servers_are_told_from_others() {
    let inventory = read(&[("stack/compose.yaml", COMPOSE)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    let names: Vec<&str> = inventory.agents.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["triage-agent", "writer"]);
    let triage = agent(&inventory, "compose", "triage-agent");
    assert_eq!(triage.at, "stack");
    assert_eq!(unresolved(triage), ["a program: ./stack/triage 8:3"]);
    assert_eq!(addresses(triage), ["http://localhost:8000 10:13"]);
    assert_eq!(starts(triage), ["port 8000: organization"]);
    assert_eq!(triage.model.as_ref().map(|it| it.0.as_str()), Some("claude-x"));
    assert_eq!(used(&inventory, "compose", "triage-agent"), ["tickets-mcp", "far_mcp_url"]);
    assert_eq!(hands(triage), ["compose/writer@stack (at the address in `WRITER_URL`)"]);
    let said = said(triage);
    for it in [
        "loosened by: the container engine's own socket is mounted",
        "loosened by: privileged",
        "mount: /var/run/docker.sock",
    ] {
        assert!(said.contains(&it), "{it} in {said:?}");
    }
    assert_hidden(&inventory, "live-77aa10c2be4f4d6c");
    let tickets = server(&inventory, "tickets-mcp");
    assert!(matches!(tickets.launch.package.as_ref().map(|it| &it.pin), Some(Pin::Digest(_))));
    assert_eq!(tickets.launch.mounts, [("./data".to_owned(), true)]);
    assert_eq!(tickets.launch.said, ["publishes port 9000 to this machine"]);
    let held: Vec<&str> = tickets.credentials.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(held, [".env", "tickets_token"]);
    assert_eq!(server(&inventory, "far_mcp_url").launch.url.as_deref(), Some("https://far.example.com/mcp"));
}

#[test]
fn what_a_client_names_by_the_published_address_is_that_container() {
    let mcp = r#"{ "mcpServers": { "tickets": { "type": "http", "url": "http://127.0.0.1:9000/mcp" } } }"#;
    let inventory = read(&[("stack/compose.yaml", COMPOSE), ("stack/.mcp.json", mcp)]);
    let tickets = server(&inventory, "tickets");
    assert_eq!(tickets.places.len(), 2);
    assert_eq!(tickets.launch.package.as_ref().map(|it| it.name.as_str()), Some("example/tickets-mcp"));
    assert!(!inventory.servers.iter().any(|it| it.name == "tickets-mcp"));
    assert!(used(&inventory, "compose", "triage-agent").contains(&"tickets".to_owned()));
    // Two stacks that publish one port tell nobody which is meant.
    let twice = read(&[("a/compose.yaml", COMPOSE), ("b/compose.yaml", COMPOSE), (".mcp.json", mcp)]);
    assert_eq!(server(&twice, "tickets").launch.package, None);
}

#[test]
fn the_code_that_an_image_is_built_from_is_the_agent() {
    let code = "from agents import Agent, Runner\nagent = Agent(name='Triage', instructions='Sort.')\n";
    let inventory = read(&[("stack/compose.yaml", COMPOSE), ("stack/triage/main.py", code)]);
    let names: Vec<(&str, &str)> =
        inventory.agents.iter().map(|it| (it.client.as_str(), it.name.as_str())).collect();
    assert_eq!(names, [("compose", "writer"), ("openai-agents", "Triage")]);
    let triage = &inventory.agents[1];
    assert_eq!((triage.servers.len(), triage.places.len()), (2, 2));
    assert_eq!(starts(triage), ["port 8000: organization"]);
    assert!(triage.program.unresolved.is_empty());
}

#[test]
fn what_a_name_alone_says_is_not_enough() {
    let text = "services:\n  jenkins-agent: { image: jenkins/agent }\n  mcp-inspector: { image: x/mcp-inspector }\n  app: { image: x/app, environment: { OPENAI_API_KEY: x } }\n  db: { image: postgres }\n";
    let inventory = read(&[("docker-compose.yml", text)]);
    assert_eq!((inventory.agents.len(), inventory.servers.len(), inventory.inputs.ignored), (0, 0, 1));
    let alike = "services:\n  postgres: { build: ./mcp-data }\n  api: { image: x/api, command: [serve, --mcp-url, 'http://mcp/mcp'] }\n  migrate: { image: x/migrate, command: goose up, environment: { OPENAI_API_KEY: x } }\n  store: { image: x/codex-node }\n";
    let inventory = read(&[("compose.yml", alike)]);
    assert_eq!(
        (inventory.agents.len(), inventory.servers.len()),
        (0, 0),
        "{:?} {:?}",
        inventory.agents,
        inventory.servers
    );
    let other = "services:\n  mcp:\n    class: App\\Mcp\n";
    assert_eq!(read(&[("services.yaml", other)]).servers.len(), 0);
    let known = "services:\n  dev: { image: x/dev, command: claude --dangerously-skip-permissions }\n  chat: { image: x/chat, models: [llm], environment: { MCP_URL: 'http://mcp:1/mcp' } }\nmodels: { llm: { model: ai/small } }\n";
    let inventory = read(&[("compose.yml", known)]);
    let names: Vec<&str> = inventory.agents.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["chat", "dev"]);
    assert_eq!(agent(&inventory, "compose", "chat").model.as_ref().map(|it| it.0.as_str()), Some("ai/small"));
}

const AGENT: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: { name: research-agent, namespace: ai }
spec:
  template:
    metadata: { labels: { app: research-agent } }
    spec:
      serviceAccountName: researcher
      hostNetwork: true
      containers:
        - name: main
          image: ghcr.io/example/research:1.2
          env:
            - { name: OPENAI_API_KEY, valueFrom: { secretKeyRef: { name: openai, key: key } } }
            - { name: VAULT_LOCATION, valueFrom: { secretKeyRef: { name: vault, key: at } } }
            - { name: MCP_URL, value: "http://docs-mcp.ai.svc.cluster.local:8080/mcp" }
          envFrom: [{ secretRef: { name: more } }]
          volumeMounts: [{ name: sock, mountPath: /s }, { name: token, mountPath: /t }]
        - { name: proxy, image: envoy }
      volumes:
        - { name: sock, hostPath: { path: /run/containerd/containerd.sock } }
        - { name: token, projected: { sources: [{ serviceAccountToken: { path: t } }] } }
---
apiVersion: v1
kind: Service
metadata: { name: research-agent, namespace: ai }
spec: { type: LoadBalancer, selector: { app: research-agent } }
"#;

const REST: &str = r#"
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ServiceAccount
    metadata: { name: researcher, namespace: ai, annotations: { eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/research" } }
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: { name: b, namespace: ai }
    subjects: [{ kind: ServiceAccount, name: researcher }]
    roleRef: { kind: Role, name: pods }
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata: { name: pods, namespace: ai }
    rules: [{ apiGroups: [""], resources: [pods, secrets], verbs: [get, delete] }, { apiGroups: [""], resources: [pods/exec], verbs: [create] }]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: docs-mcp, namespace: ai }
spec:
  template:
    metadata: { labels: { app: docs-mcp } }
    spec: { containers: [{ name: server, image: "ghcr.io/example/docs:3", securityContext: { privileged: true, capabilities: { add: [SYS_ADMIN] } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: docs-mcp, namespace: ai }
spec: { selector: { app: docs-mcp } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: closed, namespace: ai }
spec: { podSelector: { matchLabels: { app: docs-mcp } }, policyTypes: [Egress] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: i, namespace: ai, annotations: { nginx.ingress.kubernetes.io/auth-url: "https://auth.example.com" } }
spec:
  tls: [{ hosts: [r.example.com] }]
  rules: [{ host: r.example.com, http: { paths: [{ backend: { service: { name: research-agent } } }] } }]
"#;

#[test]
fn a_pod_has_what_its_folder_grants_opens_and_closes() {
    let inventory = read(&[
        ("deploy/agent.yaml", AGENT),
        ("deploy/rest.yaml", REST),
        ("deploy/chart.yaml", "apiVersion: v1\nkind: {{ x }}\n"),
    ]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    assert_eq!(inventory.inputs.read, 2);
    let research = agent(&inventory, "kubernetes", "research-agent");
    assert_eq!(research.at, "deploy");
    assert_eq!(used(&inventory, "kubernetes", "research-agent"), ["docs-mcp"]);
    assert_eq!(starts(research), ["load balancer: public", "route of r.example.com: partner, guarded"]);
    assert_eq!(addresses(research), ["https://r.example.com 41:13"]);
    assert_eq!(
        tools(research),
        [
            "Kubernetes as researcher (declared, auto): reads secret store:kubernetes/secrets, writes irreversible/organization store:kubernetes, executes remote env:remote"
        ]
    );
    let held: Vec<(&str, &str)> =
        research.credentials.iter().map(|it| (it.name.as_str(), it.kind.as_str())).collect();
    assert_eq!(
        held,
        [
            ("OPENAI_API_KEY", "openai-key"),
            ("VAULT_LOCATION", "secret"),
            ("more", "secret"),
            ("projected token", "kubernetes-token"),
            ("token of the account researcher", "kubernetes-token"),
        ]
    );
    let said = said(research);
    for it in [
        "loosened by: the container engine's own socket is mounted",
        "loosened by: hostNetwork",
        "takes the identity arn:aws:iam::123456789012:role/research in the cloud",
        "a load balancer leads to it",
    ] {
        assert!(said.contains(&it), "{it} in {said:?}");
    }
    let docs = server(&inventory, "docs-mcp");
    assert_eq!(docs.launch.loosened, ["privileged", "capability SYS_ADMIN"]);
    assert!(docs.launch.no_network);
    assert!(
        docs.launch.said.contains(&"what it may reach is limited by the network policy closed".to_owned())
    );
    assert_eq!(inventory.agents.len(), 1);
}

#[test]
fn a_token_that_is_not_mounted_opens_nothing_and_open_egress_is_no_limit() {
    let text = format!(
        "{}\n---\n{}",
        AGENT.replace("hostNetwork: true", "automountServiceAccountToken: false"),
        REST.replace("policyTypes: [Egress]", "egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]")
    );
    let inventory = read(&[("all.yaml", &text)]);
    assert!(tools(agent(&inventory, "kubernetes", "research-agent")).is_empty());
    assert!(!server(&inventory, "docs-mcp").launch.no_network);
    let elsewhere = REST.replace("namespace: ai", "namespace: other");
    let inventory = read(&[("agent.yaml", AGENT), ("rest.yaml", &elsewhere)]);
    assert!(tools(agent(&inventory, "kubernetes", "research-agent")).is_empty());
}

const KAGENT: &str = r#"
apiVersion: kagent.dev/v1alpha2
kind: Agent
metadata: { name: ops, namespace: kagent }
spec:
  type: Declarative
  declarative:
    modelConfig: default
    systemMessage: You operate the cluster.
    tools:
      - type: McpServer
        mcpServer: { kind: RemoteMCPServer, name: far, toolNames: [list_pods, delete_pod], requireApproval: [delete_pod] }
      - type: McpServer
        mcpServer: { kind: MCPServer, name: fetcher, toolNames: [fetch] }
      - type: McpServer
        mcpServer: { name: elsewhere }
      - type: Agent
        agent: { name: helm }
---
apiVersion: kagent.dev/v1alpha2
kind: ModelConfig
metadata: { name: default }
spec: { provider: Anthropic, model: claude-x }
---
apiVersion: kagent.dev/v1alpha2
kind: RemoteMCPServer
metadata: { name: far, namespace: kagent }
spec: { url: "https://far.example.com/mcp", protocol: STREAMABLE_HTTP, headersFrom: [{ name: Authorization, valueFrom: { type: Secret, name: s, key: k } }] }
---
apiVersion: kagent.dev/v1alpha1
kind: MCPServer
metadata: { name: fetcher, namespace: kagent }
spec: { transportType: stdio, deployment: { image: "mcp/fetch:1", cmd: uvx, args: [mcp-server-fetch], env: { LOG: info }, secretRefs: [{ name: tokens }] } }
---
apiVersion: kagent.dev/v1alpha2
kind: Agent
metadata: { name: own, namespace: kagent }
spec: { type: BYO, byo: { deployment: { image: "ghcr.io/example/own:1", env: [{ name: OPENAI_API_KEY, valueFrom: { secretKeyRef: { name: o, key: k } } }] } } }
"#;

#[test]
fn resources_of_kagent_are_agents_servers_and_hand_offs() {
    let inventory = read(&[("k/all.yaml", KAGENT)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    let ops = agent(&inventory, "kagent", "ops");
    assert_eq!(ops.model.as_ref().map(|it| it.0.as_str()), Some("Anthropic/claude-x"));
    assert_eq!(used(&inventory, "kagent", "ops"), ["far", "fetcher", "elsewhere"]);
    assert_eq!(ops.servers[0].only.as_deref(), Some(&["list_pods".to_owned(), "delete_pod".to_owned()][..]));
    assert_eq!(rules(ops), ["asked far/delete_pod 12:110"]);
    assert_eq!(hands(ops), ["kagent/helm@k (as a tool)"]);
    let far = server(&inventory, "far");
    assert_eq!(
        (far.launch.url.as_deref(), far.launch.transport, far.launch.authenticated),
        (Some("https://far.example.com/mcp"), Transport::Http, true)
    );
    let fetcher = server(&inventory, "fetcher");
    assert_eq!(fetcher.launch.package.as_ref().map(|it| it.name.as_str()), Some("mcp/fetch"));
    assert_eq!(fetcher.tools.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["fetch"]);
    let own = agent(&inventory, "kagent", "own");
    assert_eq!(unresolved(own), ["a program: ghcr.io/example/own:1 38:41"]);
    assert_eq!(own.credentials.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["OPENAI_API_KEY"]);
}

#[test]
fn servers_of_toolhive_have_their_image_secrets_and_profile() {
    let text = r#"
apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPServer
metadata: { name: github }
spec:
  image: ghcr.io/github/github-mcp-server:v0.5.0
  transport: stdio
  secrets: [{ name: github-token, key: token, targetEnvName: GITHUB_PERSONAL_ACCESS_TOKEN }]
  permissionProfile: { type: builtin, name: none }
---
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPRemoteProxy
metadata: { name: far }
spec: { remoteUrl: "https://far.example.com/mcp" }
---
apiVersion: toolhive.stacklok.dev/v1alpha1
kind: MCPRegistry
metadata: { name: r }
"#;
    let inventory = read(&[("t.yaml", text)]);
    assert!(inventory.agents.is_empty());
    let github = server(&inventory, "github");
    assert_eq!(
        github.credentials.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(),
        ["GITHUB_PERSONAL_ACCESS_TOKEN"]
    );
    assert!(github.launch.no_network && github.launch.said.contains(&"permission profile: none".to_owned()));
    assert_eq!(server(&inventory, "far").launch.url.as_deref(), Some("https://far.example.com/mcp"));
    assert_eq!(inventory.servers.len(), 2);
}

#[test]
fn templates_of_a_chart_are_told_where_they_make_containers() {
    let pods = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      {{- with .Values.x }}\n      containers:\n        - name: mcp\n          image: {{ .Values.image }}\n";
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include \"mcp.name\" . }}\n  {{- if .Values.y }}\n";
    let inventory = read(&[("chart/templates/pods.yaml", pods), ("chart/templates/service.yaml", service)]);
    assert_eq!(problems(&inventory), ["a template of a manifest: not read, and not guessed at 1:1"]);
    assert_eq!((inventory.inputs.failed, inventory.inputs.ignored), (1, 1));
}

#[test]
fn manifests_that_run_neither_are_left_alone() {
    for text in [
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { name: node-agent }\nspec: { template: { spec: { containers: [{ image: x/agent, env: [{ name: A, value: mcp }] }] } } }\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: mcp }\ndata: { OPENAI_API_KEY: x }\n",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: agents.kagent.dev }\n",
    ] {
        let inventory = read(&[("x.yaml", text)]);
        assert_eq!(
            (inventory.agents.len(), inventory.servers.len(), inventory.inputs.ignored),
            (0, 0, 1),
            "{text}"
        );
    }
}

#[test]
fn servers_that_a_gateway_starts_stand_for_it() {
    let compose = "
services:
  mcp-gateway:
    image: docker/mcp-gateway:latest
    ports: ['8811:8811']
    command: [--transport=streaming, '--servers=fetch,nobody-knows', --verbose=true]
    volumes: ['/var/run/docker.sock:/var/run/docker.sock']
  agents:
    image: demo/agents
    environment: [MCPGATEWAY_URL=mcp-gateway:8811]
    models: { small: { endpoint_var: MODEL_URL } }
models: { small: { model: ai/small } }
";
    let inventory = read(&[("compose.yaml", compose)]);
    let names: Vec<&str> = inventory.servers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["fetch", "nobody-knows"]);
    assert_eq!(used(&inventory, "compose", "agents"), ["fetch", "nobody-knows"]);
    let package = |name: &str| server(&inventory, name).launch.package.as_ref().map(|it| it.name.clone());
    assert_eq!((package("fetch").as_deref(), package("nobody-knows")), (Some("mcp/fetch"), None));
    let said = &server(&inventory, "fetch").launch.said;
    assert!(
        said.iter().any(|it| it == "the gateway has: the container engine's own socket is mounted"),
        "{said:?}"
    );
    assert!(server(&inventory, "fetch").launch.loosened.is_empty());
    // With a catalog of its own a name says nothing of what is started.
    let own = compose.replace("--verbose=true", "--catalog, /mine.yaml");
    let inventory = read(&[("compose.yaml", &own)]);
    assert_eq!(server(&inventory, "fetch").launch.package, None);
    // A gateway that is told of no server is one itself.
    let bare = compose.replace("'--servers=fetch,nobody-knows', ", "");
    let inventory = read(&[("compose.yaml", &bare)]);
    assert_eq!(inventory.servers.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["mcp-gateway"]);
}
