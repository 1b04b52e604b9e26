//! Statements and imports.

use super::{becomes, dedented, valid};
use crate::print;
use ambit_code::ir::StmtKind;
use ambit_code::python::parse;

#[track_caller]
fn imports(source: &str, expected: &str) {
    assert_eq!(print::imports(&valid(&dedented(source))), dedented(expected));
}

#[test]
fn imports_bind_names() {
    imports(
        "
        import os
        import a.b.c
        import numpy as np, a.b as ab
        from langgraph.prebuilt import create_react_agent, ToolNode as Node
        from . import tools
        from .. import x as y
        from ...deep.er import (
            one,
            two,
        )
        from all import *
        ",
        "
        os = os
        a = a
        np = numpy
        ab = a.b
        create_react_agent = langgraph.prebuilt create_react_agent
        Node = langgraph.prebuilt ToolNode
        tools = . tools
        y = .. x
        one = ...deep.er one
        two = ...deep.er two
        * = all *
        ",
    );
}

#[test]
fn imports_are_found_wherever_they_are() {
    imports(
        "
        if TYPE_CHECKING:
            from a import A
        try:
            import b
        except ImportError:
            b = None
        def f():
            from c import C
            class K:
                import d
                def m(self):
                    with x:
                        import e
        match x:
            case 1:
                import g
        ",
        "
        A = a A
        b = b
        C = c C
        d = d
        e = e
        g = g
        ",
    );
}

#[test]
fn an_import_is_where_its_name_is() {
    let module = valid("from a import (\n  b,\n  c as d)\n");
    let places: Vec<_> = module.imports.iter().map(|it| (it.at.line, it.at.column)).collect();
    assert_eq!(places, [(2, 3), (3, 3)]);
}

#[test]
fn assignments() {
    becomes(
        "
        a = 1
        a.b = c[0] = f()
        a, (b, *c) = f()
        x: int
        y: 'list[Tool | None]' = []
        tools += [a]
        known |= {'a': 1}
        n -= 1
        type Alias[T] = list[T]
        ",
        r#"
        a = 1
        a.b = f()
        c[0] = a.b
        [a, [b, *c]] = f()
        x: int
        y: list[<Tool, null>] = []
        tools += [a]
        known += {"a": 1}
        n = <n, 1>
        Alias = list[T]
        "#,
    );
}

#[test]
fn several_targets_call_once() {
    becomes("a = self.agent = make()\n", "a = make()\nself.agent = a\n");
    becomes("self.agent = a = make()\n", "a = make()\nself.agent = a\n");
    becomes("a = b = None\n", "a = null\nb = null\n");
}

#[test]
fn assignments_within_expressions_go_before() {
    becomes(
        "
        if (m := match(x)) and m.ok:
            use(m)
        while chunk := read():
            pass
        (z := f())
        ",
        "
        m = match(x)
        if <m and m.ok>
          use(m)
        chunk = read()
        while chunk
        z = f()
        ",
    );
}

#[test]
fn loops_give_elements() {
    becomes(
        "
        for i, t in enumerate(tools):
            use(t)
        else:
            done()
        async for e in agent.stream(x):
            print(e)
        while True:
            step()
        ",
        "
        for enumerate(tools)
          [i, t] = each(enumerate(tools))
          use(t)
        other
          done()
        for agent.stream(x)
          e = each(agent.stream(x))
          print(e)
        while true
          step()
        ",
    );
}

#[test]
fn with_assigns_what_it_enters() {
    becomes(
        "
        async with MCPServerStdio(params={}) as server, trace('x'):
            run(server)
        with (open(p) as f, a as (b, c)):
            pass
        ",
        r#"
        with MCPServerStdio(params={}); trace("x")
          server = MCPServerStdio(params={})
          run(server)
        with open(p); a
          f = open(p)
          [b, c] = a
        "#,
    );
}

#[test]
fn branches_follow_each_other() {
    becomes(
        "
        if a:
            one()
        elif b:
            two()
        elif c:
            three()
        else:
            four()
        ",
        "
        if a
          one()
        other
          case b
            two()
          case c
            three()
          four()
        ",
    );
}

#[test]
fn what_is_tried_and_what_is_caught() {
    becomes(
        "
        try:
            one()
        except (A, b.C) as e:
            two(e)
        except D:
            three()
        else:
            four()
        finally:
            five()
        try:
            pass
        except* E as group:
            pass
        ",
        "
        try
          one()
        other
          if
            e = <[A, b.C]>
            two(e)
          if
            three()
          four()
          five()
        try
        other
          if
            group = <E>
        ",
    );
}

#[test]
fn types_that_are_caught_without_brackets_are_no_names() {
    becomes("try:\n    pass\nexcept ValueError, KeyError:\n    f()\n", "try\nother\n  if\n    f()\n");
}

#[test]
fn cases_and_what_they_capture() {
    becomes(
        "
        match command:
            case 'go':
                one()
            case ['send', to, *rest] if allowed(to):
                two(to, rest)
            case {'to': address, **others}:
                three(address)
            case Order(item, price=Price(amount=n)) | None:
                four(n)
            case str() as text:
                five(text)
            case _:
                six()
        ",
        r#"
        match command; "go"
          one()
        other
          case ["send"]; allowed(to)
            to = each(command)
            rest = [each(command)]
            two(to, rest)
          case {"to": <>}
            address = command["to"]
            others = command
            three(address)
          case (<Order, <Price>> | null)
            item = <command>
            n = command.price.amount
            four(n)
          case <str>
            text = command
            five(text)
          case
            six()
        "#,
    );
}

#[test]
fn what_is_matched_is_called_once() {
    becomes(
        "
        match await ask():
            case x:
                use(x)
        ",
        "
        match@1 = ask()
        match match@1
          x = match@1
          use(x)
        ",
    );
}

#[test]
fn what_ends_a_function() {
    becomes(
        "
        def f():
            raise Error('x') from make()
            raise
            assert ok(), 'no'
            del cache[k], name
            del name
            yield
            yield a
            x = yield b
            y = yield from c()
            return
            return 1, 2
        ",
        r#"
        def f()
          make()
          raise Error("x")
          raise
          if ok()
          other
            raise "no"
          <cache[k], name>
          return
          return a
          return b
          x = <>
          return each(c())
          y = <>
          return
          return [1, 2]
        "#,
    );
}

#[test]
fn statements_begin_where_they_begin() {
    let module =
        valid("\u{feff}é = 1; ü = f()\r\nif a:\r\n\tß.x = 'é' + b\r\nclass K: pass\r@d\rdef f(): pass\r");
    let mut places = Vec::new();
    for stmt in &module.body {
        places.push((stmt.at.line, stmt.at.column));
        if let StmtKind::Block(block) = &stmt.kind {
            places.extend(block.body.iter().map(|it| (it.at.line, it.at.column)));
        }
    }
    assert_eq!(places, [(1, 1), (1, 8), (2, 1), (3, 2), (4, 1), (5, 1)]);
    assert_eq!((module.functions[0].at.line, module.functions[0].at.column), (6, 5));
}

#[test]
fn what_surrounds_a_fault_is_read() {
    let module = parse(
        "old.py",
        &dedented(
            "
            import urllib2
            class Bot(object):
                def run(self, url):
                    try:
                        print 'fetching', url
                        return urllib2.urlopen(url)
                    except urllib2.URLError, e:
                        log(e)
                    exec code in scope
            bot = Bot()
            ",
        ),
    );
    assert_eq!(module.imports.len(), 1);
    let body = print::body(&module);
    for part in [
        "class Bot(object)",
        "return urllib2.urlopen(url)",
        "e = <urllib2.URLError>",
        "log(e)",
        "bot = Bot()",
    ] {
        assert!(body.contains(part), "{body}");
    }
    assert_eq!(
        print::faults(&module),
        dedented(
            "
            5:19 simple statements must be separated by newlines or semicolons
            7:16 `except X, name` is Python 2; Python 3 writes `except X as name`
            9:14 simple statements must be separated by newlines or semicolons
            "
        )
    );
}
