//! Functions, lambdas, classes.

use super::{becomes, dedented, valid};
use crate::print;
use ambit_code::ir::Kind;

#[test]
fn functions() {
    becomes(
        r#"
        @app.tool(name="send")
        @other
        async def send(to: str, /, body: "Mail" = None, *args: int, flag=True, **kw) -> "dict[str, a.B]":
            """Sends a mail.

                With more.
              And less.
            """
            def inner(x):
                return x
            return inner(body)
        "#,
        r#"
        @app.tool(name="send")
        @other
        def send(to: str, body: Mail = null, *args: int, flag = true, *kw) -> dict[[str, a.B]]
          doc "Sends a mail.\n\n  With more.\nAnd less."
          def inner(x)
            return x
          return inner(body)
        "#,
    );
}

#[test]
fn documentation_is_dedented() {
    let doc = |source: &str| valid(source).functions[0].doc.as_deref().map(str::to_owned);
    assert_eq!(doc("def f():\n\t'''\n\tA.\n\n\t\tB.\n\t'''\n").as_deref(), Some("A.\n\n        B."));
    assert_eq!(doc("def f(): 'a' ' b'\n").as_deref(), Some("a b"));
    assert_eq!(doc("def f():\n  '''  A.\r\n     B.\r\n  '''\n").as_deref(), Some("A.\nB."));
    assert_eq!(doc("def f(): ''\n").as_deref(), Some(""));
    assert_eq!(doc("def f():\n  f'''A.'''\n"), None);
    assert_eq!(doc("def f():\n  b'A.'\n"), None);
    assert_eq!(doc("def f():\n  x\n  'A.'\n"), None);
}

#[test]
fn quoted_types_are_what_they_quote() {
    becomes(
        "
        a: 'Tool' = x
        b: Annotated[str, 'a b'] = x
        c: 'not a type' = x
        d: 'typing.Optional[\"Tool\"]' = x
        ",
        r#"
        a: Tool = x
        b: Annotated[[str, "a b"]] = x
        c: "not a type" = x
        d: typing.Optional["Tool"] = x
        "#,
    );
    let module = valid("x = 1\ny: 'A[B]'\n");
    let ambit_code::ir::StmtKind::Assign { annotation: Some(it), .. } = &module.body[1].kind else {
        panic!()
    };
    let Kind::Index(_, index) = &it.kind else { panic!() };
    assert_eq!((index.at.line, index.at.column), (2, 7));
}

#[test]
fn lambdas_return() {
    becomes(
        "
        f = lambda x, *a, k=1: x + k
        g = lambda: [y for y in (z := make())]
        h = map(lambda t: t.name, tools)
        ",
        "
        f = (x, *a, k = 1) => {return x ++ k}
        g = () => {z = make(); return [y for y in z]}
        h = map((t) => {return t.name}, tools)
        ",
    );
}

#[test]
fn classes() {
    becomes(
        r#"
        @dataclass
        class Search(BaseTool, Generic[T], *more, metaclass=Meta):
            """Searches."""

            name: str = "search"
            limit: int
            a, b = 1, 2
            c, d = pair()
            x = y = None
            tools = [one]
            tools += [two]

            class Config:
                frozen = True

            if sys.platform == "win32":
                shell = "cmd"
            else:
                shell = "sh"

            def __init__(self, key):
                self.key = key

            async def run(self, query: str) -> str:
                return await self.client.get(query)
        "#,
        r#"
        @dataclass
        class Search(BaseTool, Generic[T], *more)
          doc "Searches."
          name: str = "search"
          limit: int
          a = 1
          b = 2
          c
          d
          x = null
          y = null
          tools = [one] ++ [two]
          class Config()
            frozen = true
          shell = "cmd"
          shell = "sh"
          def __init__(key)
            self.key = key
          def run(query: str) -> str
            return self.client.get(query)
        pair()
        "#,
    );
}

#[test]
fn methods_have_objects() {
    becomes(
        "
        class Tools:
            def plain(this, a):
                other = lambda this: this.x
                return [this.y, lambda b: this.z]
            @classmethod
            def make(cls, a):
                return cls(a)
            @staticmethod
            def fixed(self, a):
                return self
            @property
            def name(me):
                return me.n
            @tool('Search')
            def search(query: str):
                return query
            @kernel_function(name='send')
            def send(self, to):
                return self.mail(to)
            def __new__(cls, a):
                pass
            def no(*args):
                return args
        def free(self, a):
            return self
        ",
        r#"
        class Tools()
          def plain(a)
            other = (this) => {return this.x}
            return [self.y, (b) => {return self.z}]
          @classmethod
          static def make(a)
            return self(a)
          @staticmethod
          static def fixed(self, a)
            return self
          @property
          def name()
            return self.n
          @tool("Search")
          static def search(query: str)
            return query
          @kernel_function(name="send")
          def send(to)
            return self.mail(to)
          static def __new__(a)
          def no(*args)
            return args
        def free(self, a)
          return self
        "#,
    );
}

#[test]
fn functions_know_their_class() {
    let module = valid(
        "class A:\n  if x:\n    def f(self):\n      def g(): pass\n  class B:\n    def h(self): pass\n",
    );
    let known: Vec<_> = module
        .functions
        .iter()
        .map(|it| (it.name.as_deref().unwrap_or(""), it.class.map(|it| it.0)))
        .collect();
    assert_eq!(known, [("f", Some(0)), ("g", None), ("h", Some(1))]);
    assert_eq!(module.classes[0].methods.len(), 1);
    assert_eq!(module.classes[1].methods.len(), 1);
}

#[test]
fn names_of_the_scope_around() {
    becomes(
        "
        def start():
            global agent, model
            agent = make()
            def inner():
                nonlocal x
        ",
        "
        def start()
          outer agent, model
          agent = make()
          def inner()
            outer x
        ",
    );
}

#[test]
fn what_a_class_does_follows_it() {
    becomes(
        "
        class A:
            register(B)
            table['k'] = f
            for n in names():
                use(n)
            items = [g(x) for x in load()]
        ",
        r#"
        class A()
          n = each(names())
          items = [g(x) for x in load()]
        register(B)
        table["k"] = f
        names()
        use(n)
        "#,
    );
}

#[test]
fn equal_names_are_shared() {
    let module = valid(&dedented(
        "
        def search(query):
            return run(query)
        search(query)
        ",
    ));
    let function = &module.functions[0];
    let ambit_code::ir::StmtKind::Expr(it) = &module.body[1].kind else { panic!() };
    let Kind::Call(call) = &it.kind else { panic!() };
    let Kind::Name(callee) = &call.callee.kind else { panic!() };
    let name = function.name.as_ref().expect("it has a name");
    assert!(std::sync::Arc::ptr_eq(callee, name), "{}", print::body(&module));
}
