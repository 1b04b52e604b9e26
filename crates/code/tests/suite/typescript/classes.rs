//! Classes, enums, namespaces.

use super::{becomes, valid};

#[test]
fn classes() {
    becomes(
        r#"
        /** A desk. */
        @Injectable({ scope: 1 })
        export class Desk<T> extends Base<T> implements Runner, a.Other {
            static #count = 0;
            private readonly tools = [a, b];
            declare url: string;
            "quoted name" = 1;
            [Symbol.iterator] = 2;
            run = async (x: X) => x;
            constructor(private readonly http: Http, public name = "n", plain: P) {
                super(plain);
                this.ready = true;
            }
            @tool("t") async call(@Param() x: string): Promise<void> { return this.#hidden(x); }
            #hidden(x) { return this.http.get(x); }
            get size() { return 1; }
            static make() { return new Desk(); }
            over(a: string): void;
            over(a: any) { return a; }
            *[Symbol.asyncIterator]() {}
            static { Desk.register(); }
            accessor z = 3;
        }
        "#,
        r#"
        Desk.register()
        @Injectable({"scope": 1})
        class Desk(Base, Runner, a.Other)
          doc "A desk."
          #count = 0
          tools = [a, b]
          url: string
          quoted name = 1
          [Symbol.iterator] = 2
          run = (x: X) => {return x}
          http: Http
          name
          z = 3
          def __init__(http: Http, name = "n", plain: P)
            self.http = http
            self.name = name
            super(plain)
            self.ready = true
          @tool("t")
          def call(x: string) -> Promise[void]
            return self.#hidden(x)
          def #hidden(x)
            return self.http.get(x)
          def size()
            return 1
          static def make()
            return Desk()
          def over(a: any)
            return a
          def [Symbol.asyncIterator]()
        "#,
    );
}

#[test]
fn methods_know_their_class() {
    let module = valid("a.ts", "class A { b() { return () => 1; } }\nconst c = class D extends A {};");
    let classes: Vec<_> = module.functions.iter().map(|it| it.class.map(|it| it.0)).collect();
    assert_eq!(classes, [Some(0), None]);
    assert_eq!(module.classes[0].methods.len(), 1);
    assert_eq!(module.classes[1].name.as_deref(), Some("D"));
}

#[test]
fn enums_and_namespaces() {
    becomes(
        r#"
        export enum Level { Low, High = "high", "very-high" = 3 }
        namespace Tools.Mail {
            export const send = () => 1;
            export function get() {}
            const own = 2;
            export { own as given };
        }
        declare namespace Types { type A = 1; }
        import Mail = Tools.Mail;
        "#,
        r#"
        class Level()
          Low
          High = "high"
          very-high = 3
        with
          with
            send = () => {return 1}
            def get()
            own = 2
          Mail = {"own": own, "send": send, "get": get}
        Tools = {"Mail": Mail}
        Mail = Tools.Mail
        "#,
    );
}
