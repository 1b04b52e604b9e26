//! Functions of the repository that are called: their parameters and their bodies.

use std::rc::Rc;

use super::Follower;
use super::expressions::bound;
use super::value::{Args, Closure, Env, FunctionKey, ObjectKind, ObjectNo, Site, Value};
use crate::ir::{Function, Name};

impl<'w> Follower<'w> {
    /// What the function gives back: its body is followed with what it is given.
    pub(super) fn call_function(&mut self, closure: &Rc<Closure>, args: &Args) -> Value {
        // `function(self, …)`: a method that is called as a function.
        if let (None, Some(((None, Value::Object(no)), rest))) = (closure.bound, args.split_first())
            && self.is_method(closure)
            && matches!(self.object(*no).map(|it| &it.kind), Some(ObjectKind::Instance { .. }))
        {
            let (no, rest) = (*no, rest.to_vec());
            let function = bound(&Value::Function(Rc::clone(closure)), no);
            return self.call(&function, rest, Site { module: closure.module, at: crate::ir::At::default() });
        }
        let key = (closure.module, closure.no);
        // What it gives back otherwise is met anyway; beyond that, only what of it somebody chooses is worth knowing.
        if self.stack.contains(&key) {
            let chosen = args.iter().flat_map(|(_, it)| self.origins(it)).map(Value::Param);
            return Value::mixed(chosen.collect::<Vec<_>>());
        }
        if self.stack.len() >= super::DEEPEST {
            let parts: Vec<Value> = args.iter().map(|(_, it)| it.clone()).collect();
            return Value::mixed(parts);
        }
        let Some(module) = self.world.module(closure.module) else { return Value::Unknown };
        let Some(function) = module.function(closure.no) else { return Value::Unknown };
        if let Some(instance) = closure.bound {
            self.prepare(key, instance, function.at);
        }
        let env = Env::new(Some(Rc::clone(&closure.env)));
        let most = if self.wires(closure, args) { super::FUEL_WIRING } else { super::FUEL_ASIDE };
        let aside = self.is_aside(key).then(|| self.fuel.saturating_sub(most));
        if let Some(kept) = aside {
            self.fuel -= kept;
        }
        self.bind(closure, function, args, &env);
        let value = self.follow_body(closure, function, &env);
        self.fuel += aside.unwrap_or(0);
        self.typed(closure.module, value, function.returns.as_ref(), &closure.env)
    }

    /// Follows functions that were given to something outside, by themselves or among its options, and that nothing has called:
    /// it will, as what handles a request.
    pub(super) fn handed_over(&mut self) {
        let mut at = 0;
        while let Some(event) = self.events.get(at) {
            at += 1;
            let args = Rc::clone(&event.args);
            for (_, value) in args.iter() {
                let options = self.pairs(value).unwrap_or_default().into_iter().map(|(_, it)| it);
                for function in std::iter::once(value.clone()).chain(options) {
                    self.enter_new(&function);
                }
            }
        }
    }

    /// Follows the function as somebody outside would call it, if nothing has yet and it has to do with what is looked for.
    fn enter_new(&mut self, function: &Value) {
        let Value::Function(closure) = function else { return };
        let key = (closure.module, closure.no);
        let bears = self.bearing.as_ref().is_none_or(|it| it.has_function(key.0, key.1));
        if !bears || self.entered.contains(&key) {
            return;
        }
        self.met.push((self.objects.len(), true, closure.module));
        self.refuel();
        self.enter(function);
        if self.fuel == 0 {
            self.cut_short.insert(closure.module);
        }
    }

    /// Whether the call may put together what others use, or hand it out: it stands at the top of a module, is handed an object
    /// that can be filled, or asks one that holds functions or objects.
    fn wires(&self, closure: &Closure, args: &Args) -> bool {
        let instance =
            |no: ObjectNo| self.object(no).filter(|it| matches!(it.kind, ObjectKind::Instance { .. }));
        let is_one = |it: &Value| matches!(it, Value::Function(_) | Value::Object(_) | Value::Class(_));
        let holds = |it: &Value| match it.object().and_then(|it| self.object(it)).map(|it| &it.kind) {
            Some(ObjectKind::List(items)) => items.iter().any(is_one),
            Some(ObjectKind::Map(pairs)) => pairs.iter().any(|(_, it)| is_one(it)),
            _ => false,
        };
        self.stack.is_empty()
            || args.iter().any(|(_, it)| it.object().and_then(instance).is_some())
            || closure.bound.and_then(instance).is_some_and(|it| it.fields.values().any(holds))
    }

    /// Whether the function has nothing to do with what is looked for: what it gives back may matter, what it does does not.
    fn is_aside(&self, (module, no): FunctionKey) -> bool {
        !self.whole && self.bearing.as_ref().is_some_and(|it| !it.has_function(module, no))
    }

    /// Follows the body; gives back what it returns.
    fn follow_body(&mut self, closure: &Closure, function: &'w Function, env: &Rc<Env>) -> Value {
        let key = (closure.module, closure.no);
        self.entered.insert(key);
        self.stack.push(key);
        let (returned, loops) = (std::mem::take(&mut self.returned), self.loops);
        let depth = std::mem::take(&mut self.depth);
        self.body(closure.module, &function.body, env);
        self.depth = depth;
        self.loops = loops;
        let returned = std::mem::replace(&mut self.returned, returned);
        self.stack.pop();
        if returned.is_empty() { Value::Null } else { Value::choice(returned) }
    }

    /// Gives the parameters their values: what is handed over, else the default.
    fn bind(&mut self, closure: &Closure, function: &'w Function, args: &Args, env: &Rc<Env>) {
        if let Some(instance) = closure.bound {
            env.set("self".into(), Value::Object(instance));
            env.set("cls".into(), Value::Object(instance));
        } else if let Some(class) = self.class_around(closure, function) {
            env.set("self".into(), class.clone());
            env.set("cls".into(), class);
        }
        let mut unnamed = args.iter().filter(|(name, _)| name.is_none()).map(|(_, it)| it);
        let mut by_name: Vec<&(Option<Name>, Value)> =
            args.iter().filter(|(name, _)| name.is_some()).collect();
        let rests = function.params.iter().filter(|it| it.is_rest).count();
        let mut met = 0;
        for param in &function.params {
            if ["self", "cls"].contains(&&*param.name)
                && let Some(instance) = closure.bound
            {
                self.bind_param(param, Value::Object(instance), env);
                continue;
            }
            if param.is_rest {
                met += 1;
                let rest: Vec<Value> = unnamed.by_ref().cloned().collect();
                // Of `*args, **kwargs` the second takes what has a name.
                let taken = if met < rests { Vec::new() } else { std::mem::take(&mut by_name) };
                let named: Vec<(Option<Value>, Value)> =
                    taken.into_iter().map(|(name, it)| (name.clone().map(Value::Text), it.clone())).collect();
                let at = function.at;
                let value = match whole_of(&named) {
                    Some(whole) if rest.is_empty() => whole,
                    _ if rest.is_empty() && !named.is_empty() => {
                        Value::Object(self.make(ObjectKind::Map(named), closure.module, at))
                    }
                    _ => self.list(rest, closure.module, at),
                };
                env.set(Name::clone(&param.name), value);
                continue;
            }
            let at = by_name.iter().position(|(name, _)| name.as_deref() == Some(&*param.name));
            let given = at.map(|it| by_name.remove(it).1.clone()).or_else(|| unnamed.next().cloned());
            // `inner(**options)`
            let within = || by_name.iter().find(|it| it.0.as_deref() == Some("**")).map(|it| &it.1);
            let given = given.or_else(|| match within()? {
                of @ Value::Param(_) => Some(self.member(of, &param.name)),
                _ => None,
            });
            let value = match (given, &param.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(closure.module, default, &closure.env),
                (None, None) => Value::Unknown,
            };
            let value = self.typed(closure.module, value, param.annotation.as_ref(), &closure.env);
            self.bind_param(param, value, env);
        }
    }

    /// The class whose method is called without an instance.
    fn class_around(&self, closure: &Closure, function: &Function) -> Option<Value> {
        // Somebody has said already which class is meant.
        if let Some(class) = closure.env.own("cls") {
            return Some(class);
        }
        let no = function.class.filter(|_| function.is_static)?;
        let name = self.world.module(closure.module)?.class(no)?.name.clone()?;
        let value = closure.env.get(&name)?;
        let plain = match &value {
            Value::Object(it) => self.wrapped(*it)?,
            other => other.clone(),
        };
        matches!(&plain, Value::Class(it) if (it.module, it.no) == (closure.module, no)).then_some(plain)
    }

    fn bind_param(&mut self, param: &'w crate::ir::Param, value: Value, env: &Rc<Env>) {
        for (key, local) in &param.parts {
            env.set(Name::clone(local), self.member(&value, key));
        }
        env.set(Name::clone(&param.name), value);
    }
}

/// What is handed over as a whole, `**options`, where nothing else has a name.
fn whole_of(named: &[(Option<Value>, Value)]) -> Option<Value> {
    match named {
        [(Some(Value::Text(name)), whole @ Value::Param(_))] if &**name == "**" => Some(whole.clone()),
        _ => None,
    }
}
