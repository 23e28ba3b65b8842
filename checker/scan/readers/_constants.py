"""Which strings an expression of Python may stand for, without running it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from itertools import islice, product
from typing import Any, NamedTuple

from checker.scan import calls

MAX_DEPTH = 8
MAX_VALUES = 40
#: characters of a string that is put together
MAX_LENGTH = 2_000


class Value(NamedTuple):
    """A string with the line where it is written; `indirect` where it is only a default or one of several."""

    text: str
    line: int
    indirect: bool = False


class Module:
    """What one pass over a syntax tree collects."""

    def __init__(self) -> None:
        #: calls, mappings, lists, addresses, choices and what functions return, with their scopes
        self.nodes: list[tuple[ast.AST, Scope]] = []
        #: name -> the module it was imported from
        self.imports: dict[str, str] = {}
        self.assigned: list[tuple[str, ast.expr, Scope]] = []
        #: calls inside an `assert`, by their identity: what they are given is compared, not used
        self.asserted: set[int] = set()
        #: options of a command line and their defaults; a decorated function has them as parameters
        self.options: dict[str, list[ast.expr]] = {}
        #: the names of the module itself
        self.outer: Scope = Scope(self)
        #: attributes (`self.name`, fields of classes, options of a command line) by their last name, wherever they are set
        self.attributes: dict[str, list[tuple[ast.expr, Scope]]] = {}


class Scope:
    """The names of a function, class or module; what is not found is looked for around it."""

    def __init__(self, module: Module, parent: Scope | None = None) -> None:
        self.module, self.parent = module, parent
        self.names: dict[str, list[ast.expr]] = {}

    def set(self, name: str, value: ast.expr) -> None:
        """A name gets a value."""
        self.names.setdefault(name, []).append(value)
        self.module.assigned.append((name, value, self))

    def strings(self, node: ast.expr, depth: int = 0) -> list[Value]:
        """The strings that an expression may be, at most some dozens."""
        if depth > MAX_DEPTH:
            return []
        method = _FORMS.get(type(node))
        return list(islice(method(self, node, depth + 1), MAX_VALUES)) if method else []

    def _constant(self, node: ast.Constant, depth: int) -> Iterable[Value]:
        if isinstance(node.value, str):
            yield Value(node.value, node.lineno)

    def _name(self, node: ast.Name, depth: int) -> Iterable[Value]:
        scope: Scope | None = self
        while scope is not None:
            if node.id in scope.names:
                found = scope.names[node.id][:MAX_VALUES]
                for value in found:
                    yield from scope.strings(value, depth)
                return
            scope = scope.parent
        for value in self.module.options.get(node.id, [])[:MAX_VALUES]:
            yield from (one._replace(indirect=True) for one in self.strings(value, depth))

    def _attribute(self, node: ast.Attribute, depth: int) -> Iterable[Value]:
        for value, scope in self.module.attributes.get(node.attr, [])[:MAX_VALUES]:
            yield from scope.strings(value, depth)

    def _joined(self, node: ast.JoinedStr, depth: int) -> Iterable[Value]:
        pieces = [self.strings(part.value if isinstance(part, ast.FormattedValue) else part, depth) for part in node.values]
        return _combined(pieces, node.lineno)

    def _operation(self, node: ast.BinOp, depth: int) -> Iterable[Value]:
        if isinstance(node.op, (ast.Add, ast.Div)):
            pieces = [self.strings(node.left, depth), self.strings(node.right, depth)]
            if isinstance(node.op, ast.Div):
                pieces.insert(1, [Value("/", node.lineno)])
            return _combined(pieces, node.lineno)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
            form = ast.Constant(node.left.value.replace("%s", "{}"), lineno=node.lineno)
            return self._formatted(form, node.right.elts if isinstance(node.right, ast.Tuple) else [node.right], depth, node.lineno)
        return ()

    def _either(self, node: ast.IfExp, depth: int) -> Iterable[Value]:
        for branch in (node.body, node.orelse):
            yield from (value._replace(indirect=True) for value in self.strings(branch, depth))

    def _any(self, node: ast.BoolOp, depth: int) -> Iterable[Value]:
        if isinstance(node.op, ast.Or):
            for branch in node.values:
                yield from (value._replace(indirect=True) for value in self.strings(branch, depth))

    def _elements(self, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Iterable[Value]:
        for one in node.elts[:MAX_VALUES]:
            yield from self.strings(one, depth)

    def _subscript(self, node: ast.Subscript, depth: int) -> Iterable[Value]:
        """`SETTINGS["model"]` of a literal mapping; of an unknown key, every value."""
        keys = {value.text for value in self.strings(node.slice, depth)}
        for held in self.literals(node.value):
            if isinstance(held, ast.Dict):
                for key, value in zip(held.keys, held.values):
                    if not keys or (isinstance(key, ast.Constant) and key.value in keys):
                        yield from self.strings(value, depth)
            elif isinstance(held, (ast.List, ast.Tuple)):
                yield from self._elements(held, depth)

    def literals(self, node: ast.expr) -> list[ast.expr]:
        """The expressions that a name, or a literal itself, stands for."""
        if isinstance(node, (ast.Dict, ast.List, ast.Tuple)):
            return [node]
        if isinstance(node, ast.Name):
            scope: Scope | None = self
            while scope is not None:
                if node.id in scope.names:
                    return scope.names[node.id][:MAX_VALUES]
                scope = scope.parent
        if isinstance(node, ast.Attribute):
            return [value for value, _ in self.module.attributes.get(node.attr, [])[:MAX_VALUES]]
        return []

    def _called(self, node: ast.Call, depth: int) -> Iterable[Value]:
        """A default of the environment, of an option or a field; a method that keeps the string; `"{}/{}".format(…)`."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        default = [one.value for one in node.keywords if one.arg in ("default", "fallback")]
        if isinstance(node.func, ast.Attribute) and name in ("strip", "rstrip", "lstrip", "lower", "as_posix", "removesuffix"):
            return self.strings(node.func.value, depth)
        if isinstance(node.func, ast.Attribute) and name == "format" and not node.keywords:
            return self._formatted(node.func.value, node.args, depth, node.lineno)
        if isinstance(node.func, ast.Attribute) and name == "get" and len(node.args) == 1:
            return self._subscript(ast.Subscript(node.func.value, node.args[0]), depth)
        if name in ("str", "Option", "Field", "field", "Query", "Form", "Body") and node.args:
            default += node.args[:1]
        elif calls.is_default(name) and len(node.args) > 1:
            default += node.args[1:2]
        elif name == "join" and isinstance(node.func, ast.Attribute) and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            return self._joint(node.func.value, node.args[0].elts, depth, node.lineno)
        return [value._replace(indirect=True) for one in default for value in self.strings(one, depth)]

    def _joint(self, glue: ast.expr, parts: list[ast.expr], depth: int, line: int) -> Iterable[Value]:
        pieces: list[list[Value]] = []
        for part in parts[:10]:
            pieces += ([self.strings(glue, depth)] if pieces else []) + [self.strings(part, depth)]
        return _combined(pieces, line)

    def _formatted(self, text: ast.expr, arguments: list[ast.expr], depth: int, line: int) -> Iterable[Value]:
        for form in self.strings(text, depth):
            literal = form.text.split("{}")
            if len(literal) == len(arguments) + 1 and len(literal) < 10:
                pieces: list[list[Value]] = [[Value(literal[0], line)]]
                for argument, rest in zip(arguments, literal[1:]):
                    pieces += [self.strings(argument, depth), [Value(rest, line)]]
                yield from _combined(pieces, line)


_FORMS: dict[type[ast.expr], Callable[[Any, Any, int], Iterable[Value]]] = {
    ast.Constant: Scope._constant, ast.Name: Scope._name, ast.Attribute: Scope._attribute, ast.JoinedStr: Scope._joined, ast.BinOp: Scope._operation,
    ast.IfExp: Scope._either, ast.BoolOp: Scope._any, ast.List: Scope._elements, ast.Tuple: Scope._elements, ast.Set: Scope._elements,
    ast.Subscript: Scope._subscript, ast.Call: Scope._called,
}


def _combined(pieces: list[list[Value]], line: int) -> Iterable[Value]:
    """The joined strings; nothing if any piece is not known."""
    if not all(pieces):
        return
    for parts in islice(product(*pieces), MAX_VALUES):
        text = "".join(part.text for part in parts)
        whole = next((part for part in parts if part.text == text), None)
        if len(text) <= MAX_LENGTH:
            yield Value(text, whole.line if whole else line, any(part.indirect for part in parts))


def scopes(tree: ast.Module) -> Module:
    """One pass over the tree: every node with its scope, every name with its values. Without recursion."""
    module = Module()
    stack: list[tuple[ast.AST, Scope, bool]] = [(tree, module.outer, False)]
    while stack:
        node, scope, in_class = stack.pop()
        kind = type(node)
        inner, inner_class = scope, False
        if kind in _NOTED:
            module.nodes.append((node, scope))
        if kind in _FUNCTIONS:
            inner = Scope(module, scope if not in_class else scope.parent or scope)
            _parameters(node.args, inner)                       # type: ignore[attr-defined]
        elif kind is ast.ClassDef:
            inner, inner_class = Scope(module, scope), True
        elif kind in _BINDING:
            _bind(node, scope, in_class)
        elif kind is ast.Import or kind is ast.ImportFrom:
            _import(node, module)
        elif kind is ast.Assert:
            module.asserted |= {id(one) for one in ast.walk(node)}
        stack += [(child, inner, inner_class) for child in reversed(_children(node))]
    return module


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below that matter, in order. (Like ast.iter_child_nodes, at a third of its cost.)"""
    found: list[ast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        found += [child for child in (value if type(value) is list else (value,)) if isinstance(child, ast.AST) and type(child) not in _LEAVES]
    return [child for child in found if type(child) is not ast.Constant or _is_address(child)]


#: nodes below which nothing stands that matters
_LEAVES = frozenset({ast.Name, ast.Load, ast.Store, ast.Del, ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal, ast.arg, ast.alias,
                     *ast.operator.__subclasses__(), *ast.cmpop.__subclasses__(), *ast.unaryop.__subclasses__(), *ast.boolop.__subclasses__()})
_NOTED = frozenset({ast.Call, ast.Dict, ast.Constant, ast.BoolOp, ast.List, ast.Tuple, ast.Return})
_FUNCTIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda})
_BINDING = frozenset({ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.comprehension, ast.Call})


def _is_address(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and node.value.startswith(("http", "hf://"))


def _import(node: ast.AST, module: Module) -> None:
    if isinstance(node, ast.ImportFrom) and node.module:
        module.imports.update({alias.asname or alias.name: node.module for alias in node.names})
    elif isinstance(node, ast.Import):
        module.imports.update({alias.asname or alias.name.partition(".")[0]: alias.name for alias in node.names})


def _parameters(arguments: ast.arguments, scope: Scope) -> None:
    positional = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(reversed(positional), reversed(arguments.defaults)):
        scope.set(argument.arg, default)
    for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults):
        if value is not None:
            scope.set(argument.arg, value)


def _bind(node: ast.AST, scope: Scope, in_class: bool) -> None:
    """Names that a statement or an option of a command line gives a value."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        pairs = [(node.target, node.value)] if node.value is not None else []
    elif isinstance(node, (ast.For, ast.comprehension)):
        pairs = [(node.target, node.iter)]
    elif isinstance(node, ast.Call):
        _option(node, scope)
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)) and len(target.elts) == len(value.elts):
            pairs += zip(target.elts, value.elts)
        elif isinstance(target, ast.Name):
            scope.set(target.id, value)
            if in_class:
                scope.module.attributes.setdefault(target.id, []).append((value, scope))
        elif isinstance(target, ast.Attribute):
            scope.module.attributes.setdefault(target.attr, []).append((value, scope))
            scope.module.assigned.append((target.attr, value, scope))
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str):
            scope.module.assigned.append((target.slice.value, value, scope))


def is_option(name: str) -> bool:
    """Does a function of this name define an option of a command line?"""
    return name in ("add_argument", "option", "argument", "Option", "DEFINE_string", "add_option")


def _option(node: ast.Call, scope: Scope) -> None:
    """`add_argument("--model", default=…)` and the like set an attribute (argparse) or a parameter (click)."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if not is_option(name):
        return
    default = next((one.value for one in node.keywords if one.arg == "default"), None)
    flags = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if name == "DEFINE_string" and len(node.args) > 1:
        default = node.args[1]
    if default is None or not flags:
        return
    flag = next((one for one in flags if one.startswith("--")), flags[0]).lstrip("-").replace("-", "_")
    destination = next((one.value.value for one in node.keywords if one.arg == "dest" and isinstance(one.value, ast.Constant)), flag)
    scope.module.attributes.setdefault(str(destination), []).append((default, scope))
    scope.module.assigned.append((str(destination), default, scope))
    scope.module.options.setdefault(str(destination), []).append(default)
