// Filters, picking and following paths. Everything that the page says it says without this script; what comes
// from the assessment is only ever set as text.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = (query, root) => Array.from((root || document).querySelectorAll(query));
  const words = (element, name) => (element.getAttribute(name) || "").split(" ").filter(Boolean);
  const form = document.getElementById("filter");
  const detail = document.getElementById("detail");
  const maps = all("details.one-map");
  const rows = all("tr.row");
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const textOf = new Map(all("tr.row, article.finding").map((it) => [it, it.textContent.toLowerCase()]));
  let picked = null;
  detail.tabIndex = -1;

  function make(tag, text, className) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  // Maps: one at a time.

  function show(agent) {
    const wanted = maps.find((map) => (map.dataset.agent || "") === agent) || maps[0];
    for (const map of maps) {
      map.hidden = map !== wanted;
      if (map === wanted) map.open = true;
    }
    return wanted;
  }

  function current() {
    return maps.find((map) => !map.hidden);
  }

  function touches(element, edges) {
    return words(element, "data-edges").some((edge) => edges.has(edge));
  }

  // Boxes at the ends of `links`, in the same map.
  function boxesOf(map, links) {
    const ends = new Set(links.flatMap((link) => words(link, "data-from").concat(words(link, "data-to"))));
    return all(".node", map).filter((node) => words(node, "data-assets").some((it) => ends.has(it)));
  }

  // Findings: their path is thick.

  function follow(id) {
    const finding = data.findings[id];
    if (!finding) return;
    const edges = new Set(finding.edges);
    const draws = (map) => all(".link[data-edges]", map).filter((link) => touches(link, edges));
    let map = current();
    const own = maps.find((it) => it.dataset.agent === String(finding.agent));
    const most = (it) => new Set(draws(it).flatMap((link) => words(link, "data-edges")).filter((e) => edges.has(e))).size;
    if (own && (!map || most(own) > most(map))) {
      form.elements.agent.value = own.dataset.agent;
      filter();
      map = own;
    }
    clear();
    const links = draws(map);
    const boxes = new Set(boxesOf(map, links));
    all(".link[data-edges]", map).forEach((link) => link.classList.toggle("focus", links.includes(link)));
    all(".chip", map).forEach((chip) => chip.classList.toggle("focus", touches(chip, edges)));
    all(".node", map).forEach((node) => node.classList.toggle("focus", boxes.has(node)));
    all("svg", map).forEach((svg) => svg.classList.toggle("lit", links.length > 0));
    const line = map.querySelector(".focused");
    line.replaceChildren("Thick: ", make("b", finding.title.replaceAll("`", "")), ", " + finding.severity + ".");
  }

  // Picking a box or a line.

  function clear() {
    all(".picking").forEach((it) => it.classList.remove("picking"));
    all(".picked").forEach((it) => it.classList.remove("picked"));
    all(".node[aria-pressed=true]").forEach((it) => it.setAttribute("aria-pressed", "false"));
    detail.hidden = true;
    document.body.classList.remove("detailed");
    picked = null;
  }

  function pick(element) {
    if (picked === element) return clear();
    clear();
    picked = element;
    const map = element.closest("details.one-map");
    const node = element.classList.contains("node");
    const assets = new Set(words(element, "data-assets"));
    const ends = (link) => words(link, "data-from").concat(words(link, "data-to"));
    const links = node
      ? all(".link[data-edges]", map).filter((link) => ends(link).some((it) => assets.has(it)))
      : [element];
    const edges = new Set(links.flatMap((link) => words(link, "data-edges")));
    const boxes = boxesOf(map, links);
    if (node) {
      boxes.push(element);
      element.setAttribute("aria-pressed", "true");
    }
    links.concat(boxes).forEach((it) => it.classList.add("picked"));
    all(".chip", map).filter((chip) => touches(chip, edges)).forEach((chip) => chip.classList.add("picked"));
    element.closest("svg").classList.add("picking");
    describe(element, node ? Array.from(assets, Number) : [], Array.from(edges), map);
  }

  function describe(element, assets, edges, map) {
    const close = make("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => {
      clear();
      element.focus();
    });
    const parts = [close];
    for (const number of assets) {
      const asset = data.assets[number];
      if (!asset) continue;
      parts.push(make("h3", asset.name), make("p", asset.kind + " · " + asset.id, "small"));
      for (const fact of asset.facts) parts.push(make("p", fact, "small"));
    }
    if (!assets.length) parts.push(make("h3", element.querySelector("title").textContent.split("\n")[0]));
    const list = make("ul");
    for (const id of edges.slice(0, 60)) {
      const row = rowOf.get(id);
      if (!row) continue;
      const cell = (head) => row.querySelector('[data-head="' + head + '"]').textContent;
      const item = make("li");
      const link = make("a", row.querySelector(".say").textContent);
      link.href = "#" + id;
      item.append(link, make("p", row.dataset.tier + " · " + cell("gate"), "small"));
      item.addEventListener("mouseenter", () => point(map, id, true));
      item.addEventListener("mouseleave", () => point(map, id, false));
      link.addEventListener("focus", () => point(map, id, true));
      link.addEventListener("blur", () => point(map, id, false));
      list.append(item);
    }
    parts.push(list);
    if (edges.length > 60) parts.push(make("p", edges.length - 60 + " more rows in the sign-off table", "small"));
    detail.replaceChildren(...parts);
    detail.hidden = false;
    document.body.classList.add("detailed");
    detail.scrollTop = 0;
  }

  function point(map, edge, on) {
    const wanted = new Set([edge]);
    all(".link[data-edges]", map).forEach((it) => it.classList.toggle("pointed", on && touches(it, wanted)));
  }

  // The keyboard: one stop per map, arrows between boxes, Enter picks.

  function walk(svg, from, key) {
    const nodes = all(".node", svg).map((it) => [it, it.querySelector(".ring").getBBox()]);
    const at = from.querySelector(".ring").getBBox();
    const side = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    const down = key === "ArrowUp" ? -1 : key === "ArrowDown" ? 1 : 0;
    const ahead = nodes.filter(([it, box]) => {
      if (it === from) return false;
      return side ? (box.x - at.x) * side > 50 : Math.abs(box.x - at.x) < 50 && (box.y - at.y) * down > 0;
    });
    const far = ([, box]) => (side ? Math.abs(box.x - at.x) * 10 : 0) + Math.abs(box.y + box.height / 2 - at.y - at.height / 2);
    ahead.sort((a, b) => far(a) - far(b));
    return ahead.length ? ahead[0][0] : from;
  }

  function wire(svg) {
    const nodes = all(".node", svg);
    nodes.forEach((node, at) => {
      node.setAttribute("tabindex", at === 0 ? "0" : "-1");
      node.setAttribute("role", "button");
      node.setAttribute("aria-pressed", "false");
      node.setAttribute("aria-label", node.querySelector("title").textContent.replace(/\n/g, ", "));
    });
    svg.addEventListener("click", (event) => {
      const target = event.target.closest(".node, .link[data-edges]");
      if (target) pick(target);
      else clear();
    });
    svg.addEventListener("keydown", (event) => {
      const node = event.target.closest(".node");
      if (!node) return;
      if (event.key.startsWith("Arrow")) {
        const next = walk(svg, node, event.key);
        node.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
        event.preventDefault();
      } else if (event.key === "Enter" || event.key === " ") {
        pick(node);
        if (picked) detail.focus();
        event.preventDefault();
      }
    });
    const hover = (event, on) => {
      const node = event.target.closest(".node");
      if (!node || picked) return;
      const mine = new Set(words(node, "data-assets"));
      all(".link[data-edges]", svg).forEach((link) => {
        const ends = words(link, "data-from").concat(words(link, "data-to"));
        link.classList.toggle("pointed", on && ends.some((it) => mine.has(it)));
      });
    };
    svg.addEventListener("mouseover", (event) => hover(event, true));
    svg.addEventListener("mouseout", (event) => hover(event, false));
  }

  // Filters: one form for map, findings and rows.

  function filter() {
    const want = Object.fromEntries(new FormData(form));
    const search = want.search.trim().toLowerCase();
    const acts = (it) => !want.agent || words(it, "data-agents").includes(want.agent);
    const fits = (it) =>
      (!want.tier || it.dataset.tier >= want.tier) &&
      (!want.confidence || it.dataset.confidence === want.confidence) &&
      (!search || textOf.get(it).includes(search));
    // An agent has a map of its own, with the neighbours that act on it: there it filters nothing.
    const passing = new Set();
    let shown = 0;
    for (const row of rows) {
      const on = fits(row) && (!want.label || row.dataset.label === want.label) && (!want.gate || row.dataset.gate === want.gate);
      row.hidden = !(on && acts(row));
      if (on) passing.add(row.id);
      if (!row.hidden) shown += 1;
    }
    for (const finding of all("article.finding")) finding.hidden = !(fits(finding) && acts(finding));
    for (const group of all("details.group")) group.hidden = !all("article.finding", group).some((it) => !it.hidden);
    const map = show(want.agent);
    if (map) dim(map, passing, passing.size < rows.length);
    form.elements.shown.textContent = shown + " of " + rows.length + " rows";
  }

  function dim(map, passing, active) {
    const alive = new Set();
    for (const link of all(".link[data-edges]", map)) {
      const on = touches(link, passing);
      link.classList.toggle("off", !on);
      if (on) words(link, "data-from").concat(words(link, "data-to")).forEach((it) => alive.add(it));
    }
    for (const chip of all(".chip", map)) chip.classList.toggle("off", !touches(chip, passing));
    for (const node of all(".node", map)) {
      node.classList.toggle("off", active && !words(node, "data-assets").some((it) => alive.has(it)));
    }
  }

  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let it = target; it; it = it.parentElement) if (it.tagName === "DETAILS") it.open = true;
    if (target) target.scrollIntoView();
  }

  all("svg.map").forEach(wire);
  all("a.show").forEach((link) => link.addEventListener("click", () => follow(link.dataset.finding)));
  if (!form) return;
  form.hidden = false;
  document.body.classList.add("live");
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && picked) {
      const last = picked;
      clear();
      if (last.classList.contains("node")) last.focus();
    }
  });
  window.addEventListener("hashchange", reveal);
  window.addEventListener("beforeprint", () => all("details").forEach((it) => (it.open = true)));
  filter();
  if (location.hash) reveal();
})();
